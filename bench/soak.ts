import { type Figures, measure, median } from './measure.ts'
import { costOf } from './processes.ts'
import type { RunningProgram } from './program.ts'
import { soakOrder } from './scenarios.ts'

const SAMPLE_MS = 5000

/** Memory under half of the load that the program can take, with 150 KB bodies. Gives the report. */
export async function soak(program: RunningProgram, minutes: number): Promise<string> {
  const pid = program.started.process.pid ?? 0
  const idleMb = costOf(pid).rssMb
  const full = await measure(program, { ...soakOrder, seconds: 5 })
  const rate = full.callsPerSecond / 2
  const samples: number[] = []
  const sampler = setInterval(() => samples.push(costOf(pid).rssMb), SAMPLE_MS)
  const half: Figures = await measure(program, { ...soakOrder, rate, seconds: minutes * 60 })
  clearInterval(sampler)
  const third = Math.max(1, Math.floor(samples.length / 3))
  return [
    `Full load: ${full.callsPerSecond.toFixed(0)} calls/s of 150 KB. Half load: ${half.callsPerSecond.toFixed(0)} calls/s for ${minutes} minutes, no errors.`,
    `RSS: ${idleMb.toFixed(0)} MB idle, ${full.rssMb.toFixed(0)} after full load; at half load median ${median(samples).toFixed(0)}, highest ${Math.max(...samples).toFixed(0)} MB;`,
    `first third ${median(samples.slice(0, third)).toFixed(0)}, last third ${median(samples.slice(-third)).toFixed(0)} MB.`,
  ].join('\n')
}
