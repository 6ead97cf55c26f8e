/** Adds calls up in memory until a transaction writes them: one cell for each level, bucket and set. */
import { rolledDimensions, timeNames } from '../../../core/record/analytics.ts'
import { addEncoded, encodeHistogram, encodeValue, type Histogram } from '../../../core/record/histogram.ts'
import { addSums, type CallFigures, emptySums, type Sum, sumsOf } from '../../../core/record/tally.ts'
import { stored } from './call-figures.ts'
import { DAY_MS, type Family, families, floor } from './rollup-families.ts'

export interface Cell {
  readonly level: number
  readonly workspace: string
  readonly bucket: number
  readonly setId: number
  /** In the order of `sumNames`. */
  readonly sums: Sum[]
  /** Encoded distributions, in the order of `timeNames`. */
  readonly texts: string[]
}

export interface Cells {
  /** `setIds`: of the sets that the call is in, one for each family. */
  count(call: CallFigures, setIds: readonly number[]): void
  /** All that was added, with the coarser levels; from then on there is nothing. */
  take(): readonly Cell[]
  clear(): void
}

/** A few dozen calls. */
const MANY_CHARACTERS = 200
/** Characters of what was written one behind the other, from which on it is worth adding up. */
export const COMPACT_FROM = 1000
const MAX_INTEGER = 2n ** 63n - 1n
/** A sum that no integer holds stays at the largest: one provider that reports nonsense must not stop the record. */
export const maxSum = String(MAX_INTEGER)

export function createCells(): Cells {
  const cells = new Map<string, Cell>()
  return {
    count(call, setIds) {
      const workspace = String(call.dimensions.workspace)
      const sums = sumsOf(call)
      const texts = timeNames.map((name) => {
        const time = call[`${name}Us`]
        return time === null ? '' : encodeValue(time)
      })
      for (let place = 0; place < families.length; place++) {
        const { level, bucketMs } = families[place]?.levels[0] ?? { level: 0, bucketMs: DAY_MS }
        const cell = cellAt(cells, level, workspace, floor(call.startedAt, bucketMs), setIds[place] ?? 0)
        addSums(cell.sums, sums)
        addTexts(cell.texts, texts)
      }
    },
    take() {
      for (const cell of [...cells.values()]) {
        const [, ...coarser] = families.find(({ levels }) => levels[0]?.level === cell.level)?.levels ?? []
        for (const { level, bucketMs } of coarser) {
          const whole = cellAt(cells, level, cell.workspace, floor(cell.bucket, bucketMs), cell.setId)
          addSums(whole.sums, cell.sums)
          addTexts(whole.texts, cell.texts)
        }
      }
      const all = [...cells.values()]
      cells.clear()
      return all
    },
    clear: () => cells.clear(),
  }
}

function cellAt(cells: Map<string, Cell>, level: number, workspace: string, bucket: number, setId: number): Cell {
  const name = `${level} ${bucket} ${setId}`
  const known = cells.get(name)
  if (known !== undefined) return known
  const cell = { level, workspace, bucket, setId, sums: emptySums(), texts: timeNames.map(() => '') }
  cells.set(name, cell)
  return cell
}

/** One behind the other are their sum (`core/record/histogram.ts`), which is shorter once there are many. */
function addTexts(to: string[], from: readonly string[]): void {
  for (let index = 0; index < from.length; index++) to[index] = (to[index] ?? '') + (from[index] ?? '')
}

/** As they are written. */
export function cellSums({ sums }: Cell): Sum[] {
  return sums.map((sum) => (sum > MAX_INTEGER ? MAX_INTEGER : sum))
}

export function cellTexts({ texts }: Cell): string[] {
  return texts.map((text) => (text.length < MANY_CHARACTERS ? text : compacted(text)))
}

export function compacted(text: string): string {
  const histogram: Histogram = []
  addEncoded(histogram, text)
  return encodeHistogram(histogram)
}

/**
 * The set of a call in a family, by its tuple. What a client makes up may not make sets without end: once there are as many as
 * there may be of the workspace and day, one that is new is made without the open dimensions.
 */
export function setTuple(
  family: Family,
  call: CallFigures,
  isFolded: boolean,
): { readonly tuple: string; readonly values: readonly (string | number | null)[] } {
  const place = families.indexOf(family)
  const { dimensions, open } = family
  if (!isFolded) {
    const values = dimensions.map((name) => call.dimensions[name])
    return { tuple: JSON.stringify([place, ...values]), values: values.map(stored) }
  }
  const values = dimensions.map((name) => (open.includes(name) ? null : stored(call.dimensions[name])))
  return { tuple: JSON.stringify([place, 'folded', ...values]), values }
}

/** Calls of one name are in the same sets. */
export function likeness(call: CallFigures): string {
  let name = String(floor(call.startedAt, DAY_MS))
  for (const dimension of rolledDimensions) {
    const value = call.dimensions[dimension]
    // A text may hold anything but its own length.
    name += typeof value === 'string' ? `|${value.length}|${value}` : `|${value}`
  }
  return name
}
