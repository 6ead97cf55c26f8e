import type { InspectionPoint, Span } from '../../core/inspection/detection.ts'
import type { GuardrailDecision, GuardrailEffect, Judgement } from '../../core/inspection/guardrail.ts'
import { type AddressTrail, createAddressTrail } from './addresses/address-reader.ts'
import { textKind } from './addresses/text-kind.ts'
import type { ReplyGuard } from './guard-reply.ts'
import { decisionsOf } from './guardrail-decisions.ts'
import type { InspectedTexts } from './inspector.ts'
import { lineEnded } from './joined/going-on.ts'
import { isOfTable, type LineAbove, lineAbove, lineBehind, withLine } from './joined/line-above.ts'
import { createRunInspection, type RunInspection } from './joined/run-inspection.ts'
import { leftBehind } from './left-behind.ts'
import type { Edit } from './redactor.ts'
import { cannotRedactAnswer } from './refusal.ts'
import { type Channel, lengthOf, MAX_LOOKBACK, trim } from './stream-channels.ts'
import { finishedFindings } from './unfinished-findings.ts'
import { isJsonText, type WireText } from './wire-texts.ts'

/** So much of what is gone is looked at again beside what comes: words before a finding make it surer. */
const LOOKBACK = 512
/** Of a longer text, those that only watch see the beginning. */
const MAX_WHOLE = 4 << 20

/** Looks at the texts of one stream as they grow. */
export interface StreamInspection {
  /** Clears what may go. With `isWhole` nothing more comes. Gives what becomes of the stream. */
  advance(channel: Channel, isWhole: boolean): GuardrailEffect | Promise<GuardrailEffect> | undefined
  /** The same for what several of them say together, once each of them was looked at. */
  readonly join: RunInspection
  /** The same for texts that are whole, of which nothing can be written anew. Throws where something would have to be. */
  whole(texts: readonly WireText[]): Promise<GuardrailEffect>
  decisions(): readonly GuardrailDecision[]
}

export function createStreamInspection(id: string, guard: ReplyGuard): StreamInspection {
  const { inspector, policy, active, facts, redactor, conversation, detectors } = guard
  const judged: InspectedTexts['texts'][number][] = []
  const careful = active.filter(({ state, action }) => state === 'enforce' && action !== 'allow')
  const beginnings = careful.map(({ action, detectorKey }) => {
    const detector = detectors.get(detectorKey)
    return action !== 'redact' && detector?.isHarmlessInPart === true ? detector.maxSpan : 0
  })
  const lookback = Math.max(LOOKBACK, Math.min(MAX_LOOKBACK, Math.max(0, ...beginnings)))
  /** Some that only watch need the whole text, which nothing waits for. */
  const patient = active.filter(
    (one) => !careful.includes(one) && detectors.get(one.detectorKey)?.maxSpan === Number.POSITIVE_INFINITY,
  )
  const quick = patient.length === 0 ? active : active.filter((one) => !patient.includes(one))
  const leaving = quick.flatMap(({ detectorKey }) => detectors.get(detectorKey) ?? [])
  /** Those that read tables. */
  const tabular = quick.filter(({ detectorKey }) => detectors.get(detectorKey)?.leaves !== undefined)
  const wholes = new Map<Channel, string>()
  const judgedWhole = new Map<Channel, InspectedTexts['texts']>()
  /** How much stands at the end of a text that may turn into something else, and how far it was read then. */
  const waiting = new WeakMap<Channel, { readonly length: number; readonly at: number }>()
  /** By answer. */
  const trails = new Map<string, AddressTrail>()

  function openFrom(text: string, point: InspectionPoint): number {
    let open = redactor.hasTokens ? redactor.openFrom(text) : text.length
    for (const { points, detectorKey, action } of careful) {
      const detector = points.includes(point) ? detectors.get(detectorKey) : undefined
      if (detector === undefined || (action !== 'redact' && detector.isHarmlessInPart === true)) continue
      open = Math.min(open, detector.openFrom?.(text) ?? text.length - detector.maxSpan)
    }
    return Math.max(0, open)
  }

  /** A cell may be open in its row, and not by itself. */
  function openBehind(line: LineAbove | undefined, tail: string, point: InspectionPoint): number {
    const open = openFrom(tail, point)
    if (line === undefined) return open
    return Math.min(open, Math.max(0, openFrom(line.text + tail, point) - line.text.length))
  }

  function conclude(channel: Channel, reached: number, inspected: InspectedTexts, isWhole: boolean): GuardrailEffect {
    const { from, cleared, tail } = channel
    const { texts, until } = isWhole
      ? { texts: inspected.texts, until: tail.length }
      : finishedFindings(inspected.texts, tail, detectors)
    // What was let go before is gone.
    const open = Math.max(cleared, Math.min(reached, from + until))
    if (until < tail.length) waiting.set(channel, { length: tail.length - until, at: from + tail.length })
    else waiting.delete(channel)
    const isNew = ({ start, end }: Span): boolean => end + from > cleared && start + from < open
    const judgements = texts
      .flatMap((one) => one.judgements)
      .map((one): Judgement => ({ ...one, findings: one.findings.filter(({ span }) => isNew(span)) }))
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
    if (judgements.length > 0) {
      const placed = judgements.map((one) => ({
        ...one,
        findings: one.findings.map((each) => ({ ...each, span: moved(each.span, from) })),
      }))
      const { point, place, isName } = channel
      judged.push({ text: { text: '', point, place, ...(isName === true ? { isName } : {}) }, judgements: placed })
    }
    const taken = policy.redactedIn(judgements)
    if (taken.length > 0 && channel.isName === true) return { kind: 'deny', guardrail: namesOf(judgements) }
    const back = restored(channel, open)
    const added = (edits: readonly Edit[]): readonly Edit[] =>
      edits.filter(isNew).map((edit) => ({ ...moved(edit, from), text: edit.text }))
    channel.redactions = [...channel.redactions, ...added(redactor.edits(tail, taken))]
    channel.restorations = [...channel.restorations, ...back]
    const last = channel.redactions.at(-1)?.end ?? 0
    channel.cleared = Math.max(open, Math.min(last, lengthOf(channel)))
    trim(channel, Math.max(from, channel.cleared - lookback))
    const gone = tail.slice(0, channel.from - from)
    channel.left = leftBehind(gone, leaving, channel.left)
    if (channel.line) channel.line = lineBehind(channel.line, gone, leaving)
    return policy.effectOf(judgements)
  }

  /** What comes back in the piece that was not looked at before. */
  function restored(channel: Channel, open: number): readonly Edit[] {
    if (channel.isName === true || !redactor.hasTokens) return []
    const { from, tail, place, point, answer } = channel
    const trail = trails.get(answer) ?? createAddressTrail()
    trails.set(answer, trail)
    channel.addresses ??= trail.reader(textKind(place, point))
    const { edits, end } = redactor.restorations(tail, {
      addresses: channel.addresses,
      from: Math.max(0, (channel.restoredTo ?? 0) - from),
      until: open - from,
      isJson: isJsonText(place),
      isCall: point === 'tool-call',
    })
    channel.restoredTo = from + end
    const { isInAddress } = channel.addresses
    for (const { inAddress } of channel.runs) {
      if (isInAddress) inAddress.add(channel)
      else inAddress.delete(channel)
    }
    return edits.map((edit) => ({ ...moved(edit, from), text: edit.text }))
  }

  function remember(channel: Channel): void {
    const whole = wholes.get(channel) ?? ''
    if (whole.length < MAX_WHOLE) wholes.set(channel, whole + channel.tail.slice(whole.length - channel.from))
  }

  function judgeWhole(channel: Channel): void | Promise<void> {
    const { point, place } = channel
    const text = wholes.get(channel) ?? ''
    const inspected = inspector.inspect([{ text, point, place }], patient, { id, facts, conversation })
    const keep = ({ texts }: InspectedTexts): void => void judgedWhole.set(channel, texts)
    return inspected instanceof Promise ? inspected.then(keep) : keep(inspected)
  }

  /** Of the text before it in what is joined: it may go on with a table. */
  function leftAbove(channel: Channel): ReadonlyMap<string, string> {
    for (const { blocks, blockOf } of channel.runs) {
      const own = blockOf.get(channel)
      const above = own && blocks[blocks.lastIndexOf(own) - 1]?.channel
      const left = above && leftBehind(lineEnded(above.tail), leaving, above.left)
      if (left !== undefined && left.size > 0) return left
    }
    return none
  }

  function look(channel: Channel, isWhole: boolean): ReturnType<StreamInspection['advance']> {
    channel.left ??= leftAbove(channel)
    if (channel.line === undefined) channel.line = (tabular.length > 0 && lineAbove(channel, leaving)) || null
    const { from, tail, cleared, point, place, fence, left = none, line } = channel
    const before = waiting.get(channel)
    if (before && !isWhole && from + tail.length - before.at < worthALook(before.length)) return undefined
    const ofTable = line && isOfTable(line, tail, leaving) ? line : undefined
    const open = from + (isWhole ? tail.length : openBehind(ofTable, tail, point))
    if (open <= cleared || (!isWhole && open - cleared < worthALook(from + tail.length - open))) return undefined
    const usual = inspector.inspect(
      [{ text: tail, point, place, left, ...(fence === undefined ? {} : { fence }) }],
      quick,
      { id, facts, conversation },
    )
    if (ofTable === undefined)
      return usual instanceof Promise
        ? usual.then((texts) => conclude(channel, open, texts, isWhole))
        : conclude(channel, open, usual, isWhole)
    const row = { text: ofTable.text + tail, point, place, left: ofTable.left }
    const asOne = inspector.inspect([row], tabular, { id, facts, conversation })
    if (!(usual instanceof Promise) && !(asOne instanceof Promise))
      return conclude(channel, open, withLine(usual, asOne, ofTable), isWhole)
    return Promise.all([usual, asOne]).then(([one, other]) =>
      conclude(channel, open, withLine(one, other, ofTable), isWhole),
    )
  }

  return {
    join: createRunInspection(id, guard, judged),
    async whole(texts) {
      const { effect, texts: found } = await inspector.inspect(texts, active, { id, facts, conversation })
      for (const { text, judgements } of found) {
        const { isName: _, ...at } = text
        judged.push({ text: { ...at, text: '' }, judgements })
      }
      if (effect.kind === 'redact') throw cannotRedactAnswer(id)
      return effect
    },
    advance(channel, isWhole) {
      if (patient.length === 0) return look(channel, isWhole)
      remember(channel)
      const effect = look(channel, isWhole)
      const whole = isWhole ? judgeWhole(channel) : undefined
      return whole === undefined ? effect : whole.then(() => effect ?? { kind: 'allow' })
    },
    decisions: () => decisionsOf([...judged, ...[...judgedWhole.values()].flat()], id, guard.policyVersion),
  }
}

/**
 * How much more must be able to go before a text is looked at again, by how much of it is held back: rows of numbers, a character in each
 * event, would be read from their beginning for each. What holds back a few words is looked at each time.
 */
function worthALook(held: number): number {
  return Math.min(held / 16, 32)
}

const none: ReadonlyMap<string, string> = new Map()

function namesOf(judgements: readonly Judgement[]): string {
  return judgements.map(({ guardrail }) => guardrail.id).join('", "')
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by }
}
