/** A line of a stream that the end of a text cuts in two: a row of a table, of which only the text before says what it is. */
import type { CompiledDetector, Judgement } from '../../../core/inspection/guardrail.ts'
import type { InspectedTexts } from '../inspector.ts'
import { leftBehind } from '../left-behind.ts'
import type { Channel } from '../stream-channels.ts'

/** The beginning of the line, and what was left of what stands above it. */
export interface LineAbove {
  readonly text: string
  readonly left: ReadonlyMap<string, string>
}

const none: ReadonlyMap<string, string> = new Map()
/** No row is longer. */
const MAX_LINE = 4096

/** Of the text before it in what is joined; `undefined` where that ends with a line. */
export function lineAbove(channel: Channel, leaving: readonly CompiledDetector[]): LineAbove | undefined {
  for (const { blocks, blockOf } of channel.runs) {
    const own = blockOf.get(channel)
    const above = own && blocks[blocks.lastIndexOf(own) - 1]?.channel
    if (above === undefined) continue
    const before = above.line ?? { text: '', left: above.left ?? none }
    const whole = before.text + above.tail
    const end = whole.lastIndexOf('\n') + 1
    const text = whole.slice(end)
    if (text === '' || text.length > MAX_LINE) continue
    return { text, left: leftBehind(whole.slice(0, end), leaving, before.left) }
  }
  return undefined
}

/** Whether something above the text says what its columns are. */
export function isOfTable({ text, left }: LineAbove, tail: string, leaving: readonly CompiledDetector[]): boolean {
  if (left.size > 0) return true
  const end = tail.indexOf('\n') + 1
  return end > 0 && leftBehind(text + tail.slice(0, end), leaving).size > 0
}

/** The line once a piece of the text is gone: what is left behind both. */
export function lineBehind(line: LineAbove, gone: string, leaving: readonly CompiledDetector[]): LineAbove {
  return gone === '' ? line : { text: '', left: leftBehind(line.text + gone, leaving, line.left) }
}

/** What was found in a text, with what was found in it as the rest of a line. The beginning is with the client. */
export function withLine(usual: InspectedTexts, asOne: InspectedTexts, { text }: LineAbove): InspectedTexts {
  const known = new Set(usual.texts.flatMap(({ judgements }) => judgements).flatMap(namesOf))
  const found = asOne.texts.map((one) => ({
    ...one,
    judgements: one.judgements
      .map((judgement): Judgement => {
        const findings = judgement.findings
          .filter(({ span }) => span.end > text.length)
          .map((finding) => {
            const { start, end } = finding.span
            return { ...finding, span: { start: Math.max(0, start - text.length), end: end - text.length } }
          })
        const own = { ...judgement, findings }
        return { ...own, findings: findings.filter((finding) => !known.has(nameOf(own, finding))) }
      })
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined),
  }))
  return { ...usual, texts: [...usual.texts, ...found] }
}

function namesOf(judgement: Judgement): readonly string[] {
  return judgement.findings.map((finding) => nameOf(judgement, finding))
}

function nameOf({ guardrail }: Judgement, { rule, span }: Judgement['findings'][number]): string {
  return `${guardrail.id} ${rule} ${span.start} ${span.end}`
}
