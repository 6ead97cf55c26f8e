import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadOrder, LoadResult } from './load.ts'
import { costAtRest, costOf, layout } from './processes.ts'
import type { RunningProgram } from './program.ts'
import { streamEnding } from './scenarios.ts'

export interface Figures extends LoadResult {
  readonly callsPerSecond: number
  readonly eventsPerSecond: number
  /** Of the measured program alone, while it is loaded. */
  readonly cpuUsPerCall: number
  /** With what it does of these calls afterwards, when nobody waits for it. */
  readonly cpuUsPerCallInAll: number
  readonly rssMb: number
}

type Load = Pick<LoadOrder, 'body' | 'connections' | 'ending' | 'seconds' | 'rate'>

/** Loads a program once. Throws when any call failed: a figure with errors in it is none. */
export async function measure({ started, port, headers, client }: RunningProgram, load: Load): Promise<Figures> {
  const isStream = load.ending === streamEnding
  const ending = client?.ending[isStream ? 'stream' : 'unary'] ?? load.ending
  const order: LoadOrder = { ...load, ending, port, headers, path: client?.path ?? '/v1/chat/completions' }
  const pid = started.process.pid ?? 0
  const before = costOf(pid)
  const child = spawn('taskset', ['-c', layout.load, process.execPath, join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(order))
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += String(chunk)
  })
  await once(child, 'close')
  const after = costOf(pid)
  // Printed by load.ts, which is ours.
  const result = JSON.parse(text) as LoadResult
  const atRest = await costAtRest(pid)
  if (result.errors > 0 || result.calls === 0) throw new Error(`${result.errors} of ${result.calls} calls failed`)
  return {
    ...result,
    callsPerSecond: result.calls / result.seconds,
    eventsPerSecond: result.events / result.seconds,
    cpuUsPerCall: ((after.cpuMs - before.cpuMs) * 1000) / result.allCalls,
    cpuUsPerCallInAll: ((atRest.cpuMs - before.cpuMs) * 1000) / result.allCalls,
    rssMb: after.rssMb,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median of each figure over the rounds. */
export function medians(rounds: readonly Figures[]): Figures {
  const of = (read: (figures: Figures) => number): number => median(rounds.map(read))
  return {
    calls: of(({ calls }) => calls),
    allCalls: of(({ allCalls }) => allCalls),
    errors: 0,
    seconds: of(({ seconds }) => seconds),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    firstByteP50Ms: of(({ firstByteP50Ms }) => firstByteP50Ms),
    firstByteP99Ms: of(({ firstByteP99Ms }) => firstByteP99Ms),
    events: of(({ events }) => events),
    transitP50Ms: of(({ transitP50Ms }) => transitP50Ms),
    transitP99Ms: of(({ transitP99Ms }) => transitP99Ms),
    callsPerSecond: of(({ callsPerSecond }) => callsPerSecond),
    eventsPerSecond: of(({ eventsPerSecond }) => eventsPerSecond),
    cpuUsPerCall: of(({ cpuUsPerCall }) => cpuUsPerCall),
    cpuUsPerCallInAll: of(({ cpuUsPerCallInAll }) => cpuUsPerCallInAll),
    rssMb: of(({ rssMb }) => rssMb),
  }
}
