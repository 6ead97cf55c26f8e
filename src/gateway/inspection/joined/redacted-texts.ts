import type { Finding } from '../../../core/inspection/detection.ts'
import type { GuardrailPolicy, Judgement } from '../../../core/inspection/guardrail.ts'
import { createAddressTrail } from '../addresses/address-reader.ts'
import { textKind } from '../addresses/text-kind.ts'
import type { InspectedTexts } from '../inspector.ts'
import type { Edit, Redactor } from '../redactor.ts'
import { writtenPiece } from '../stream-channels.ts'
import { isJsonText, type Place, type WireText } from '../wire-texts.ts'
import { isJoined, type JoinedText, joinedTexts } from './joined-texts.ts'
import { endsWithNextWord } from './next-word.ts'

/**
 * What has to stand in the place of texts. What is spread over several is taken out of each, and what is said instead stands where
 * it began.
 */
export function redactedTexts(
  texts: InspectedTexts['texts'],
  policy: Pick<GuardrailPolicy, 'redactedIn'>,
  redactor: Pick<Redactor, 'edits'>,
): ReadonlyMap<WireText, string> {
  const judged = new Map(texts.map(({ text, judgements }) => [text, judgements]))
  const all = new Map<WireText, readonly Edit[]>()
  // In their order: what is taken out is counted as it was said.
  for (const { text, judgements } of texts) {
    if (isJoined(text)) {
      const own = ownOf(text, judged)
      const taken = policy.redactedIn([...own, ...judgements.map((one) => withoutNextWords(text, one, own))])
      addTo(all, text, taken.length === 0 ? [] : redactor.edits(text.text, taken))
    } else if (!all.has(text)) {
      const taken = policy.redactedIn(judgements)
      if (taken.length > 0) all.set(text, redactor.edits(text.text, taken))
    }
  }
  return new Map(writtenTexts(all))
}

/** What the client gets in place of tokens, those that are spread over several texts too. */
export function restoredTexts(
  texts: readonly WireText[],
  redactor: Pick<Redactor, 'restorations' | 'hasTokens'>,
): readonly { readonly place: Place; readonly text: string }[] {
  if (!redactor.hasTokens || !texts.some(({ text }) => text.includes('<'))) return []
  const all = new Map<WireText, readonly Edit[]>()
  const trail = createAddressTrail()
  const restorations = ({ text, place, point }: WireText) => {
    const isJson = isJsonText(place)
    const addresses = trail.reader(textKind(place, point))
    return redactor.restorations(text, {
      addresses,
      from: 0,
      until: text.length,
      isJson,
      isCall: point === 'tool-call',
    })
  }
  // Where one of those who read it sees an address, the token stays.
  const joins = joinedTexts(texts).map((join) => ({ join, ...restorations(join) }))
  for (const { join, kept } of joins) addTo(all, join, kept)
  for (const { join, edits } of joins) addTo(all, join, edits)
  for (const text of texts) {
    if (text.isName === true || all.has(text)) continue
    all.set(text, restorations(text).edits)
  }
  return writtenTexts(all).map(([{ place }, text]) => ({ place, text }))
}

/** Each part gets what is in it of the edits of all. */
function addTo(all: Map<WireText, readonly Edit[]>, { parts, starts }: JoinedText, edits: readonly Edit[]): void {
  for (const [index, part] of parts.entries()) {
    const by = starts[index] ?? 0
    const own = edits
      .filter(({ start, end }) => start < by + part.text.length && end > by)
      .map((edit) => ({ ...edit, start: edit.start - by, end: edit.end - by }))
    all.set(part, [...(all.get(part) ?? []), ...own])
  }
}

/** Those that change. Where edits overlap, the first counts. */
function writtenTexts(all: ReadonlyMap<WireText, readonly Edit[]>): readonly (readonly [WireText, string])[] {
  return Array.from(all, ([part, edits]): (readonly [WireText, string])[] => {
    const inOrder = edits.length < 2 ? edits : [...edits].sort((a, b) => a.start - b.start)
    const now = edits.length === 0 ? part.text : writtenPiece({ text: part.text, start: 0 }, inOrder)
    return now === part.text ? [] : [[part, part.inBody?.(now) ?? now]]
  }).flat()
}

/** Without what a part says whole, and only seems to go on in the next. */
function withoutNextWords({ text, starts }: JoinedText, judgement: Judgement, own: readonly Judgement[]): Judgement {
  const { guardrail, findings } = judgement
  const alone = own.filter((one) => one.guardrail.id === guardrail.id).flatMap((one) => one.findings)
  const isLeft = ({ rule, span }: Finding): boolean =>
    !endsWithNextWord(text, span, starts, (seam) =>
      alone.some((one) => one.rule === rule && one.span.start <= span.start && one.span.end === seam),
    )
  return alone.length === 0 ? judgement : { ...judgement, findings: findings.filter(isLeft) }
}

/** What was found in each part, by where it is in all of them. */
function ownOf(
  { parts, starts }: JoinedText,
  judged: ReadonlyMap<WireText, readonly Judgement[]>,
): readonly Judgement[] {
  return parts.flatMap((part, index) => {
    const by = starts[index] ?? 0
    return (judged.get(part) ?? []).map((one) => ({
      ...one,
      findings: one.findings.map((finding) => ({
        ...finding,
        span: { start: finding.span.start + by, end: finding.span.end + by },
      })),
    }))
  })
}
