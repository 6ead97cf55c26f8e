/**
 * Whether the time of each detector grows with a hostile text and not with its square: `npm run bench:hostile [-- --only <id>]`,
 * `-- --write` keeps it. Names the cases that are slow, and exits with 1 where one grows faster than the text.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { detectors } from '../src/catalog/detectors.generated.ts'
import type { Detect, Detector } from '../src/core/inspection/detection.ts'
import { type InspectedText, inspectedText } from '../src/core/inspection/inspected-text.ts'
import { filled, nested, nestings, worstUnits } from './hostile/worst-cases.ts'
import { writeSection } from './results-file.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    examples: { type: 'string', default: '25' },
    write: { type: 'boolean', default: false },
  },
})

const LARGE = 200_000
const SMALL = LARGE / 4
/** Linear is 4; the rest is for the noise of a busy machine and for caches. */
const STEEPEST = 9
/** What takes less is not looked at: noise would decide. */
const SLOW_MS = 40
/** What seems steep is measured again: the first texts of a detector run before its code is compiled. */
const ROUNDS = 6

interface Measured {
  readonly unit: string
  readonly smallMs: number
  readonly largeMs: number
}

async function leastMs(detect: Detect, detector: Detector, text: InspectedText, rounds: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    await detect(text, { point: detector.points[0] ?? 'input' })
    least = Math.min(least, performance.now() - from)
  }
  return least
}

function cases(detector: Detector): readonly { readonly unit: string; of(length: number): string }[] {
  return [
    ...worstUnits(detector, Number(values.examples)).map((unit) => ({
      unit,
      of: (length: number) => filled(unit, length),
    })),
    ...nestings.map(([open, middle, close]) => ({
      unit: `${open} nested`,
      of: (length: number) => nested(open, middle, close, length),
    })),
  ]
}

async function measured(
  detector: Detector,
): Promise<{ readonly worst: Measured; readonly steep: readonly Measured[] }> {
  const detect = detector.create(detector.settings.parse(detector.exampleSettings ?? {}))
  let worst: Measured = { unit: '', smallMs: 0, largeMs: 0 }
  const steep: Measured[] = []
  for (const { unit, of } of cases(detector)) {
    const [small, large] = [inspectedText(of(SMALL)), inspectedText(of(LARGE))]
    const compare = async (rounds: number): Promise<Measured> => ({
      unit,
      smallMs: await leastMs(detect, detector, small, rounds),
      largeMs: await leastMs(detect, detector, large, rounds),
    })
    const isSteep = ({ smallMs, largeMs }: Measured): boolean => largeMs > SLOW_MS && largeMs > STEEPEST * smallMs
    let one = await compare(1)
    if (one.largeMs > worst.largeMs || isSteep(one)) one = await compare(ROUNDS)
    if (one.largeMs > worst.largeMs) worst = one
    if (isSteep(one)) steep.push(one)
  }
  return { worst, steep }
}

const shown = ({ unit, smallMs, largeMs }: Measured): string =>
  `${largeMs.toFixed(0)} ms for 200 KB, ${smallMs.toFixed(0)} ms for 50 KB: ${JSON.stringify(unit.slice(0, 60))}`

/** Of a detector that asks somebody else, a model or a file. */
const isThere = (asked: unknown): boolean => asked !== undefined

const rows: string[] = []
for (const detector of Object.values(detectors) as readonly Detector[]) {
  const { id, destination, localModel, localFile } = detector
  if (values.only !== undefined ? values.only !== id : [destination, localModel, localFile].some(isThere)) continue
  const { worst, steep } = await measured(detector)
  console.log(`${detector.id}: worst ${shown(worst)}`)
  rows.push(`| ${detector.id} | ${worst.smallMs.toFixed(0)} | ${worst.largeMs.toFixed(0)} | ${steep.length} |`)
  for (const one of steep) console.log(`  faster than the text: ${shown(one)}`)
  if (steep.length > 0) process.exitCode = 1
}

const lines = [
  '## Hostile texts',
  '',
  `Made by \`npm run bench:hostile\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}.`,
  `Each detector on 200 KB and on 50 KB of each of its worst cases; the slowest of them. Four times the text may take ${STEEPEST} times as long on a shared machine. The gateway looks at 64 KB at a time, and other calls get their turn.`,
  '',
  '| detector | 50 KB, ms | 200 KB, ms | cases that grow faster than the text |',
  '|---|---|---|---|',
  ...rows,
]
if (values.write) await writeSection('## Hostile texts', lines.join('\n'))
