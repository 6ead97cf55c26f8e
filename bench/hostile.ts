/**
 * Whether the time of each detector grows with a hostile text and not with its square: `npm run bench:hostile [-- --only <id>]`,
 * `-- --write` keeps it. Each is in a process of its own, which is ended where a text takes too long. Exits with 1 where one grows faster
 * than the text, or does not end.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { detectors } from '../src/catalog/detectors.generated.ts'
import type { Detector } from '../src/core/inspection/detection.ts'
import { type DetectorResult, type Measured, type Message, STEEPEST } from './hostile/measured.ts'
import { writeSection } from './results-file.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
})

const program = join(import.meta.dirname, 'hostile/one-detector.ts')
/** Of its CPU: a text of 200 KB takes some tenths of a second, and a machine that others use takes no more. */
const PATIENCE_MS = 10_000
/** Of the kernel's account of processes. */
const TICK_MS = 10
const MOST_ENDED = 3

interface Outcome {
  readonly result?: DetectorResult
  /** Names of cases that did not end. */
  readonly endless: readonly string[]
}

async function outcomeOf(id: string, endless: readonly string[] = []): Promise<Outcome> {
  const { result, at } = await once(id, endless)
  if (result !== undefined) return { result, endless }
  const all = [...endless, at]
  return all.length >= MOST_ENDED ? { endless: all } : outcomeOf(id, all)
}

/** `at`: what it was at when it was ended. */
function once(id: string, without: readonly string[]): Promise<{ result?: DetectorResult; at: string }> {
  const { promise, resolve } = Promise.withResolvers<{ result?: DetectorResult; at: string }>()
  const child = fork(program, [id, JSON.stringify(without)])
  let at = 'its start'
  let result: DetectorResult | undefined
  let begunMs = 0
  const look = setInterval(() => {
    if (cpuMsOf(child.pid) - begunMs > PATIENCE_MS) child.kill('SIGKILL')
  }, 500)
  child.on('message', (message: Message) => {
    begunMs = cpuMsOf(child.pid)
    if ('begun' in message) at = message.begun
    else result = message.result
  })
  child.once('exit', () => {
    clearInterval(look)
    resolve(result === undefined ? { at } : { result, at })
  })
  return promise
}

/** proc(5): the fields behind the name, which may hold anything. */
function cpuMsOf(pid = 0): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return 0
  }
}

const quoted = (name: string): string =>
  `\`${JSON.stringify(name.slice(0, 40)).replaceAll('|', '\\|').replaceAll('`', 'ˋ')}\``
const growth = ({ smallMs, largeMs }: Measured): string => (largeMs / Math.max(smallMs, 0.1)).toFixed(1)
const shown = (one: Measured): string =>
  `${one.largeMs.toFixed(0)} ms, ${growth(one)} times that of 50 KB, ${quoted(one.name)}`

function rowOf(id: string, { result, endless }: Outcome): string {
  const worst = result?.worst
  const faster = [...(result?.steep ?? []).map(({ name }) => name), ...endless.map((name) => `${name} (did not end)`)]
  const figures =
    worst === undefined
      ? 'did not end | | | '
      : `${quoted(worst.name)} | ${worst.largeMs.toFixed(0)} | ${growth(worst)} | ${result?.peakMb.toFixed(0)}`
  return `| ${id} | ${figures} | ${faster.map(quoted).join(', ') || 'none'} |`
}

/** Of a detector that asks somebody else, a model or a file. */
const isElsewhere = ({ destination, localModel, localFile }: Detector): boolean =>
  [destination, localModel, localFile].some((asked) => asked !== undefined)

const own = (Object.values(detectors) as readonly Detector[]).filter((one) => !isElsewhere(one)).map(({ id }) => id)
const ids = ['views', ...own].filter((id) => values.only === undefined || values.only === id)
/** As many at once as there are cores. */
const waiting = ids.values()
const outcomes = new Map<string, Outcome>()
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (const id of waiting) {
      const outcome = await outcomeOf(id)
      outcomes.set(id, outcome)
      tell(id, outcome)
    }
  }),
)

function tell(id: string, { result, endless }: Outcome): void {
  const worst = result === undefined ? 'did not end' : `worst ${shown(result.worst)}; ${result.peakMb.toFixed(0)} MB`
  console.log(`${id}: ${worst}`)
  for (const one of result?.steep ?? []) console.log(`  faster than the text: ${shown(one)}`)
  for (const name of endless) console.log(`  did not end: ${quoted(name)}`)
  if (endless.length > 0 || (result?.steep.length ?? 0) > 0) process.exitCode = 1
}

const cases = outcomes.values().reduce((sum, { result }) => sum + (result?.cases ?? 0), 0)
const lines = [
  '## Hostile texts',
  '',
  `Made by \`npm run bench:hostile\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}.`,
  `${cases} texts of signs that matchers try again at each place, of deep nesting, and of beginnings of what each detector finds, repeated. The dearest for each detector: CPU of its thread for 200 KB of it at once (the gateway looks at 64 KB at a time, and other calls get their turn), how many times that of 50 KB it is (4 is linear; from ${STEEPEST} on it is said to grow faster than the text), and the memory that its process came to take. A text that takes ${PATIENCE_MS / 1000} s ends the process. \`views\`: the ways to read a text, worked out once for all detectors.`,
  '',
  '| detector | dearest text | CPU for 200 KB, ms | times that of 50 KB | memory, MB | grow faster than the text |',
  '|---|---|---|---|---|---|',
  ...ids.map((id) => rowOf(id, outcomes.get(id) ?? { endless: [] })),
]
if (values.write) await writeSection('## Hostile texts', lines.join('\n'))
