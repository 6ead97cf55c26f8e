import type { Sorted } from '../core/calls/route-plan.ts'
import { normalised } from '../core/model/embedder.ts'

export interface Intent {
  readonly name: string
  readonly examples: readonly string[]
}

/**
 * Sorts texts by the intent whose examples are closest, when they are close enough. Closeness is the mean of that to the nearest
 * example and that to the middle of all of them: one odd example decides less, and a text between two examples counts.
 */
export function nearestIntent(
  intents: readonly Intent[],
  threshold: number,
  vectorOf: (text: string) => Float32Array,
): (text: string) => Sorted {
  const closeness = closenessTo(intents, vectorOf)
  return (text) => {
    const vector = vectorOf(excerpt(text))
    if (!vector.some((value) => value !== 0)) return { why: 'no words' }
    const found = closeness(vector)
    const best = found.indexOf(Math.max(...found))
    const [name = '', score = 0] = [intents[best]?.name, found[best]]
    const compared = `${score.toFixed(3)}, threshold ${threshold}`
    return score < threshold
      ? { why: `none, nearest ${name} ${compared}` }
      : { index: best, why: `${name} ${compared}` }
  }
}

/** Of a long text its beginning and its end, where people say what they want: the time is bounded, however much is pasted between. */
export function excerpt(text: string): string {
  return text.length <= 2 * excerptHalf ? text : `${text.slice(0, excerptHalf)}\n${text.slice(-excerptHalf)}`
}

const excerptHalf = 500

/** For a vector of length 1, how close it is to each intent. */
function closenessTo(
  intents: readonly Intent[],
  vectorOf: (text: string) => Float32Array,
): (vector: Float32Array) => number[] {
  // By place of the vector, as few places of a text are not 0: pairs of a row's number and its value.
  const columns = new Map<number, number[]>()
  const intentOfRow: number[] = []
  const addRow = (intent: number, row: Float32Array): void => {
    const number = intentOfRow.push(intent) - 1
    for (const [place, value] of row.entries()) {
      if (value === 0) continue
      const column = columns.get(place)
      if (column === undefined) columns.set(place, [number, value])
      else column.push(number, value)
    }
  }
  for (const [index, { examples }] of intents.entries()) {
    const rows = examples.map((example) => vectorOf(excerpt(example)))
    addRow(index, middleOf(rows))
    for (const row of rows) addRow(index, row)
  }
  return (vector) => {
    const dots = new Float64Array(intentOfRow.length)
    for (const [place, value] of vector.entries()) {
      const column = value === 0 ? undefined : columns.get(place)
      if (column === undefined) continue
      for (let at = 0; at < column.length; at += 2) {
        const row = column[at] ?? 0
        dots[row] = (dots[row] ?? 0) + value * (column[at + 1] ?? 0)
      }
    }
    let row = 0
    return intents.map(({ examples }) => {
      const middle = dots[row++] ?? 0
      const last = row + examples.length
      let nearest = -1
      for (; row < last; row++) nearest = Math.max(nearest, dots[row] ?? 0)
      return (middle + nearest) / 2
    })
  }
}

function middleOf(rows: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(rows[0]?.length ?? 0)
  for (const row of rows) for (const [place, value] of row.entries()) sum[place] = (sum[place] ?? 0) + value
  return normalised(sum)
}
