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
  let at = 0
  for (const [index, part] of parts.entries()) {
    const seam = starts[index] ?? 0
    const end = seam + part.text.length
    if (index > 0) {
      if (asLines.size > 0) windows.push({ start: seam, text: part.text, seam, left: asLines })
      const line = text.lastIndexOf('\n', seam - 1) + 1
      if (line > at) {
        asOne = leftBehind(text.slice(at, line), leaving, asOne)
        at = line
      }
      if (line < seam) {
        const next = text.indexOf('\n', seam)
        const isHead = (): boolean => leftBehind(text.slice(line, next + 1), leaving).size > 0
        if (asOne.size > 0 || (next >= 0 && next < end && isHead()))
          windows.push({ start: line, text: text.slice(line, end), seam, left: asOne })
      }
    }
    asLines = leftBehind(lineEnded(part.text), leaving, asLines)
  }
  return windows
}

export function lineEnded(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
