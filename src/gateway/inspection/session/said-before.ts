/** What was said last in a session: what comes next may go on with it, and whoever joins all that they get sees both as one. */
import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import type { WireText } from '../wire-texts.ts'

/** So much of it is looked at again. */
const MAX_SIDE = 1024
/** Of so many kinds of texts. */
const MAX_TAILS = 64

export interface SaidBefore {
  /** What stands before texts of an event: as texts that are joined with them. */
  before(scope: string, texts: readonly WireText[]): readonly WireText[]
  add(scope: string, texts: readonly WireText[]): void
  /** What stands before a text that begins, or goes on where another one was. */
  beforePiece(text: GrowingName): readonly string[]
  addPiece(text: GrowingName, piece: string): void
}

/** Of a text that comes in pieces. */
export interface GrowingName {
  readonly point: InspectionPoint
  readonly kind: string
  readonly key: string
}

export function createSaidBefore(): SaidBefore {
  const tails = new Map<string, { readonly text: string; readonly by: string }>()

  function remember(name: string, text: string, by: string): void {
    const before = tails.get(name)?.text ?? ''
    tails.delete(name)
    tails.set(name, { text: (before + text).slice(-MAX_SIDE), by })
    const oldest = tails.size > MAX_TAILS ? tails.keys().next().value : undefined
    if (oldest !== undefined) tails.delete(oldest)
  }

  return {
    before(scope, texts) {
      const points = new Map(texts.flatMap(({ runs = [], point }) => runs.map((run) => [run, point] as const)))
      return Array.from(points, ([run, point]): readonly WireText[] => {
        const tail = tails.get(`${scope} ${run}`)
        return tail === undefined ? [] : [{ text: tail.text, point, place: null, runs: [run], isKnown: true }]
      }).flat()
    },
    add(scope, texts) {
      for (const { runs = [], text } of texts) for (const run of runs) remember(`${scope} ${run}`, text, '')
    },
    beforePiece(text) {
      const found = namesOf(text).flatMap((name) => {
        const tail = tails.get(name)
        return tail === undefined || tail.by === text.key ? [] : [tail.text]
      })
      return [...new Set(found)]
    },
    addPiece(text, piece) {
      for (const name of namesOf(text)) remember(name, piece, text.key)
    },
  }
}

/** Some show all that is said, some only words, or only what is spoken. Calls of tools are never joined. */
function namesOf({ point, kind }: GrowingName): readonly string[] {
  return point === 'tool-call' ? [] : [point, `${point} ${kind}`]
}
