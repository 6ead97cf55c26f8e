/**
 * The process of one detector: `node one-detector.ts <id> <names of cases to leave out, as JSON>`. It says what it begins with, so that whoever
 * waits can end it there. A case costs what the thread has computed: other programs of the machine do not count.
 */
import type { Detector } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { viewsOf } from '../../src/core/text/views/views-of.ts'
import { LARGE, type Measured, type Message, SMALL, STEEPEST } from './measured.ts'
import { type HostileCase, hostileCases, sourceOf } from './worst-cases.ts'

const EXAMPLES = 12
/** All cases are tried at the two smaller sizes; the dearest and the steepest of them are measured. */
const FIRST_LOOK = [SMALL / 4, SMALL] as const
const CHOSEN = 5
const ROUNDS = 4
/** What takes less is not looked at: noise would decide. */
const SLOW_MS = 20

const [id = '', without = '[]'] = process.argv.slice(2)
const isLeftOut = new Set(JSON.parse(without) as string[])
const detector: Detector | undefined =
  id === 'views' ? undefined : (await import(`../../src/catalog/detectors/${id}.ts`)).default

const look = detector === undefined ? viewsAlone() : detection(detector)
const examples = detector?.examples ?? { flagged: [], clean: [] }
const cases = hostileCases({ examples }, EXAMPLES).filter(({ name }) => !isLeftOut.has(name))

await warmUp()
const before = process.resourceUsage().maxRSS
const firstLook = await inTurn(cases, async (one) => {
  tell({ begun: one.name })
  const [small, large] = [await leastMs(one, FIRST_LOOK[0], 1), await leastMs(one, FIRST_LOOK[1], 1)]
  return { one, large, growth: large < 1 ? 0 : large / Math.max(small, 0.1) }
})
const dearest = firstLook.toSorted((a, b) => b.large - a.large).slice(0, CHOSEN)
const steepest = firstLook.toSorted((a, b) => b.growth - a.growth).slice(0, CHOSEN)
const measured = await inTurn([...new Set([...dearest, ...steepest].map(({ one }) => one))], async (one) => {
  tell({ begun: one.name })
  const first = await compare(one, ROUNDS)
  return isSteep(first) ? compare(one, 2 * ROUNDS) : first
})
tell({
  result: {
    cases: cases.length,
    worst: measured.reduce((worst, one) => (one.largeMs > worst.largeMs ? one : worst)),
    steep: measured.filter(isSteep),
    peakMb: (process.resourceUsage().maxRSS - before) / 1024,
  },
})
process.disconnect?.()

type Look = (text: string) => () => unknown

function viewsAlone(): Look {
  return (text) => () => viewsOf(text)
}

/** The ways to read a text are worked out once for all detectors, and measured apart. */
function detection(one: Detector): Look {
  const detect = one.create(one.settings.parse(one.exampleSettings ?? {}))
  return (text) => {
    const seen = inspectedText(text)
    // What an answer is compared with is as hostile, and says the same and something else.
    const conversation = { instructions: [text], sources: [sourceOf(text.length), text], question: text }
    return () => detect(seen, { point: one.points[0] ?? 'input', conversation: { ...conversation } })
  }
}

async function compare(one: HostileCase, rounds: number): Promise<Measured> {
  return {
    name: one.name,
    smallMs: await leastMs(one, SMALL, rounds),
    largeMs: await leastMs(one, LARGE, rounds),
  }
}

function isSteep({ smallMs, largeMs }: Measured): boolean {
  return largeMs > SLOW_MS && largeMs > STEEPEST * smallMs
}

async function leastMs(one: HostileCase, length: number, rounds: number): Promise<number> {
  const run = look(one.of(length))
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const from = cpuMs()
    await run()
    least = Math.min(least, cpuMs() - from)
  }
  return least
}

/** Code that was not compiled yet would make the first cases look dear. */
async function warmUp(): Promise<void> {
  const text = [...examples.flagged, ...examples.clean].map((one) => one.text).join('\n')
  const run = look(text.slice(0, SMALL))
  for (let round = 0; round < 20; round++) await run()
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}

function tell(message: Message): void {
  process.send?.(message)
}
