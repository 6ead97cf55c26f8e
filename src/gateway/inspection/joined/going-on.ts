/** What goes on in a text by what stands above it in others: rows of a table whose headings are there. */
import type { CompiledDetector } from '../../../core/inspection/guardrail.ts'
import { leftBehind } from '../left-behind.ts'
import type { JoinedText } from './joined-texts.ts'

/** A piece of a joined text that is looked at with what was left above. Findings that end behind the seam count. */
export interface GoingOn {
  readonly start: number
  readonly text: string
  readonly seam: number
  readonly left: ReadonlyMap<string, string>
}

type Left = ReadonlyMap<string, string>
const none: Left = new Map()

/** The end of a text may end a line for a reader, or not. */
export function goingOn({ text, starts, parts }: JoinedText, leaving: readonly CompiledDetector[]): readonly GoingOn[] {
  if (leaving.length === 0) return []
  const windows: GoingOn[] = []
  let asLines = none
  let asOne = none
  /** Where the line begins that a part goes on with, and the window that has what there is of it. */
  let line = 0
  let ofLine: number | undefined
  let at = 0
  for (const [index, part] of parts.entries()) {
    const seam = starts[index] ?? 0
    const end = seam + part.text.length
    if (index > 0) {
      if (asLines.size > 0) windows.push({ start: seam, text: part.text, seam, left: asLines })
      if (line > at) {
        asOne = leftBehind(text.slice(at, line), leaving, asOne)
        at = line
      }
      if (line < seam) {
        const before = ofLine === undefined ? undefined : windows[ofLine]
        const next = part.text.indexOf('\n')
        const isHead = (): boolean => next >= 0 && leftBehind(text.slice(line, seam + next + 1), leaving).size > 0
        // One window for a line, however many parts it has: one for each would be as long as all before it.
        if (before !== undefined && ofLine !== undefined) windows[ofLine] = { ...before, text: text.slice(line, end) }
        else if (asOne.size > 0 || isHead())
          ofLine = windows.push({ start: line, text: text.slice(line, end), seam, left: asOne }) - 1
      }
    }
    asLines = leftBehind(lineEnded(part.text), leaving, asLines)
    const last = part.text.lastIndexOf('\n')
    if (last >= 0) {
      line = seam + last + 1
      ofLine = undefined
    }
  }
  return windows
}

export function lineEnded(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
