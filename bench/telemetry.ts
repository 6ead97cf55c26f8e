/**
 * What telemetry costs: `npm run bench:telemetry -- [--rounds 8] [--seconds 1] [--write]`. The rung `record` of the ladder with
 * and without it, in one run and loaded in turn, and how much of the calls the collector was told.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figures, measure, median, medians } from './measure.ts'
import { answers, firstLine, layout, start } from './processes.ts'
import type { RunningProgram } from './program.ts'
import { portcullisRecord, portcullisTelemetry } from './programs/portcullis.ts'
import { writeSection } from './results-file.ts'
import { scenarios } from './scenarios.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const token = 'admin-token-of-the-bench-0123456789abcdef'
process.env['PORTCULLIS_ADMIN_TOKEN'] = token

const order = scenarios.find(({ id }) => id === 'chat')?.order
if (order === undefined) throw new Error('The ladder has no scenario "chat".')
const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
const mock = start([process.execPath, join(import.meta.dirname, 'mock-upstream.ts')], { cores: layout.mock })
const running: { readonly id: string; readonly program: RunningProgram; readonly rounds: Figures[] }[] = []
try {
  const mockPort = Number(await firstLine(mock))
  const controlPort = await freePort()
  for (const program of [portcullisRecord, portcullisTelemetry(controlPort)]) {
    const site = { mockPort, port: await freePort(), cores: layout.gateway, node: process.execPath }
    const started = await program.start({ ...site, folder: join(folder, program.id) })
    if ('missing' in started) throw new Error(started.missing)
    await answers(started.port)
    running.push({ id: program.id, program: started, rounds: [] })
  }
  // Round 0 warms up.
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const { id, program, rounds } of running) {
      const figures = await measure(program, { ...order, seconds: round === 0 ? 1 : Number(values.seconds) })
      if (round > 0) rounds.push(figures)
      process.stderr.write(`${round} ${id} ${figures.callsPerSecond.toFixed(0)}/s\n`)
    }
  const text = reportOf(await toldOf(controlPort))
  console.log(text)
  if (values.write) await writeSection('## Telemetry', text)
} finally {
  for (const { program } of running) await program.started.stop()
  await mock.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Percent of the calls that a collector was told, when none waits any more. */
async function toldOf(controlPort: number): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${controlPort}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const text = await answer.text()
    const count = (name: string): number =>
      Number(new RegExp(`^portcullis_telemetry_calls_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
    const [sent, dropped] = [count('sent_total'), count('dropped_total')]
    if (count('waiting') === 0) return (100 * sent) / (sent + dropped)
    await new Promise((next) => setTimeout(next, 200))
  }
}

function reportOf(told: number): string {
  const figures = new Map(running.map(({ id, rounds }) => [id, medians(rounds)]))
  const [plain, telling] = running.map(({ rounds }) => rounds)
  /** Round by round: a slow moment of the machine hits both. */
  const ratio = (read: (of: Figures) => number): string =>
    median((plain ?? []).map((of, round) => read(telling?.[round] ?? of) / read(of))).toFixed(2)
  const rows = [...figures].map(
    ([id, { callsPerSecond, cpuUsPerCall, p50Ms, p99Ms, rssMb }]) =>
      `| ${id} | ${callsPerSecond.toFixed(0)} | ${cpuUsPerCall.toFixed(0)} | ${p50Ms.toFixed(2)} | ${p99Ms.toFixed(2)} | ${rssMb.toFixed(0)} |`,
  )
  return [
    '## Telemetry',
    '',
    `Made by \`npm run bench:telemetry\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}, 1 KB chat calls, 64 connections.`,
    `Medians of ${values.rounds} rounds of ${values.seconds} s, programs loaded in turn, all threads of a gateway on one core. The collector was told ${told.toFixed(1)} % of the calls.`,
    '',
    `With telemetry there are ${ratio((of) => of.callsPerSecond)} × the calls, at ${ratio((of) => of.cpuUsPerCall)} × the CPU of each (medians of the ratios of the rounds).`,
    '',
    '| program | calls/s | CPU µs/call | p50 ms | p99 ms | RSS MB |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
