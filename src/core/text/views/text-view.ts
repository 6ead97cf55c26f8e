/** A way to read a text: as it is written, or with what it hides made plain. */
export interface TextView {
  readonly kind: TextViewKind
  readonly text: string
  /** Where a piece of the view stands in the original. */
  spanOf(start: number, end: number): { readonly start: number; readonly end: number }
}

/**
 * `original` is the text as it was written, whole. The others have only what differs from it, with some of what stands around:
 * `folded` (Unicode in disguise), `unescaped` (entities, percent and backslash escapes), `hidden-characters` (written in
 * characters that nobody sees), `hidden-text` (comments, hidden elements), `tagless` (words without the tags within them),
 * `words-apart` (words that underscores join, alone), and what was decoded.
 */
export type TextViewKind =
  | 'original'
  | 'folded'
  | 'unescaped'
  | 'hidden-characters'
  | 'hidden-text'
  | 'tagless'
  | 'words-apart'
  | 'base64'
  | 'hex'
  | 'binary'
  | 'numbers'
  | 'rot13'
  | 'reversed'
  | 'leet'
  | 'joined'

export function originalView(text: string): TextView {
  return { kind: 'original', text, spanOf: (start, end) => ({ start, end }) }
}

/** Puts a view together from pieces of the one below it, in the order in which they stand there. */
export interface ViewBuilder {
  /** What stands in the source from `from` to `to`, unchanged. */
  keep(from: number, to: number): void
  /** `text` in its place. Where it is as long, or is a fixed number of times longer, a part of it is found exactly. */
  put(text: string, from: number, to: number): void
  /** The same, for text of which no part can be told from the whole. */
  putWhole(text: string, from: number, to: number): void
  /** `text` is written backwards in the source. */
  putReversed(text: string, from: number, to: number): void
  isEmpty(): boolean
  /** Absent: nothing was put in. */
  view(kind: TextViewKind): TextView | undefined
}

const scaled = 0
const whole = 1
const reversed = 2

export function viewBuilder(source: TextView): ViewBuilder {
  const parts: string[] = []
  // Three numbers and a mode for each segment: where it begins in the view, and what it stands for in the source.
  const at: number[] = []
  const from: number[] = []
  const to: number[] = []
  const modes: number[] = []
  let length = 0
  let keptFrom = 0
  let keptTo = 0

  const settle = (): void => {
    if (keptTo > keptFrom) add(source.text.slice(keptFrom, keptTo), keptFrom, keptTo, scaled)
    keptFrom = keptTo
  }
  const put = (text: string, start: number, end: number, mode: number): void => {
    settle()
    add(text, start, end, mode)
  }
  const add = (text: string, start: number, end: number, mode: number): void => {
    if (text === '') return
    parts.push(text)
    at.push(length)
    from.push(start)
    to.push(end)
    modes.push(mode)
    length += text.length
  }

  return {
    keep: (start, end) => {
      if (end <= start) return
      if (start !== keptTo) settle()
      if (keptFrom === keptTo) keptFrom = start
      keptTo = end
    },
    put: (text, start, end) => put(text, start, end, scaled),
    putWhole: (text, start, end) => put(text, start, end, whole),
    putReversed: (text, start, end) => put(text, start, end, reversed),
    isEmpty: () => length === 0 && keptFrom === keptTo,
    view: (kind) => {
      settle()
      if (length === 0) return undefined
      const text = parts.join('')
      const pieceOf = (segment: number, start: number, end: number): [number, number] => {
        const base = at[segment] ?? 0
        const size = (at[segment + 1] ?? text.length) - base
        const low = from[segment] ?? 0
        const high = to[segment] ?? 0
        const first = Math.max(0, start - base)
        const last = Math.min(size, end - base)
        const grain = (high - low) / size
        if (modes[segment] === whole) return [low, high]
        if (modes[segment] === reversed) return [high - Math.ceil(last * grain), high - Math.floor(first * grain)]
        return [low + Math.floor(first * grain), Math.min(high, low + Math.ceil(last * grain))]
      }
      return {
        kind,
        text,
        spanOf: (start, end) => {
          const first = lastAtMost(at, start)
          const last = Math.max(first, lastAtMost(at, Math.max(start, end - 1)))
          const [startOfFirst, endOfFirst] = pieceOf(first, start, end)
          const [startOfLast, endOfLast] = pieceOf(last, start, end)
          return source.spanOf(Math.min(startOfFirst, startOfLast), Math.max(endOfFirst, endOfLast))
        },
      }
    },
  }
}

/** The last of ascending values that is not above `limit`. */
function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((values[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}
