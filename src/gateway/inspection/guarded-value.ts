import type { JsonValue } from '../../core/wire/json.ts'
import { type FilePart, filePartsOfAnswer } from './document-parts.ts'
import { changesOf } from './edited-frame.ts'
import type { ReplyGuard } from './guard-reply.ts'
import type { GuardedCall } from './guard-request.ts'
import type { InspectedTexts } from './inspector.ts'
import type { GrowingRun } from './joined/growing-run.ts'
import { editsOf, redactionsOf } from './joined/piece-edits.ts'
import { redactedTexts, restoredTexts } from './joined/redacted-texts.ts'
import { withoutLogprobs } from './logprobs.ts'
import { fileTexts } from './read-files.ts'
import { cannotRedactAnswer, refusalOf } from './refusal.ts'
import { type Channel, createChannels, isOfItsOwn, type Piece, textsOfPieces } from './stream-channels.ts'
import { createStreamInspection } from './stream-inspection.ts'
import { textsIn, withTexts } from './wire-texts.ts'

export interface GuardedValue {
  /** As it goes on record: without what was taken out of the request. */
  readonly recorded: JsonValue
  /** As the client gets it. The value itself where nothing is changed. */
  readonly written: JsonValue
}

/**
 * What of a whole reply may be read by the client, or what it is told. Throws where that is nothing. `file`: what the reply is
 * itself.
 */
export async function guardedValue(
  call: Pick<GuardedCall, 'id' | 'emit'>,
  value: JsonValue,
  guard: ReplyGuard,
  file?: FilePart,
): Promise<GuardedValue | { readonly answer: string }> {
  const id = `${call.id}:output`
  const { inspector, active, facts, conversation, redactor, own } = guard
  const files = active.length === 0 ? [] : [...(file === undefined ? [] : [file]), ...filePartsOfAnswer(value)]
  const documents = await fileTexts(files, 'output', guard, guard, call)
  const texts = [...textsIn(value, 'output'), ...documents]
  const inspected = await inspector.inspect(texts, active, { id, facts, conversation })
  if (inspected.decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions: inspected.decisions })
  if (inspected.effect.kind === 'answer' && own !== undefined) return { answer: inspected.effect.text }
  const refusal = refusalOf(inspected.effect, id)
  if (refusal !== undefined) throw refusal
  const whole = redactedIn(id, value, inspected, guard)
  const { recorded, written } = isSeries(whole)
    ? await joinedIn(call, whole, guard)
    : { recorded: whole, written: whole }
  if (!redactor.hasTokens) return { recorded, written }
  const changes = restoredTexts(textsIn(written, 'output'), redactor)
  return { recorded, written: changes.length === 0 ? written : withTexts(written, changes) }
}

function redactedIn(
  id: string,
  read: JsonValue,
  { texts, effect }: InspectedTexts,
  { policy, redactor }: ReplyGuard,
): JsonValue {
  if (effect.kind !== 'redact') return read
  const changes = Array.from(redactedTexts(texts, policy, redactor), ([{ place, isName }, text]) => {
    if (isName === true) throw cannotRedactAnswer(id)
    return { place, text }
  })
  return changes.length === 0 ? read : withoutLogprobs(withTexts(read, changes))
}

/** Events of a stream that came in one piece: a text may go on from one to the next. */
function isSeries(value: JsonValue): value is JsonValue[] {
  return Array.isArray(value)
}

async function joinedIn(
  call: Pick<GuardedCall, 'id' | 'emit'>,
  items: JsonValue[],
  guard: ReplyGuard,
): Promise<GuardedValue> {
  const id = `${call.id}:output`
  const channels = createChannels({ isJoining: true, isOne: guard.isOne })
  const counts = new Map<Channel, number>()
  const runs = new Set<GrowingRun>()
  const pieces = items.map((item) => {
    // Lines of the results of a batch are answers, and not pieces of one.
    if (isOfItsOwn(item)) channels.forget()
    return channels.read(item)
  })
  for (const { channel } of pieces.flat()) {
    counts.set(channel, (counts.get(channel) ?? 0) + 1)
    for (const run of channel.runs) runs.add(run)
  }
  const inspection = createStreamInspection(id, guard)
  const look = async (effect: ReturnType<typeof inspection.advance>): Promise<void> => {
    const judged = await effect
    const refusal = judged && refusalOf(judged, id)
    if (refusal !== undefined) throw refusal
  }
  for (const [channel, count] of counts) if (count > 1) await look(inspection.advance(channel, true))
  for (const run of runs) await look(inspection.join(run, true))
  const decisions = inspection.decisions()
  if (decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions })
  const events = pieces.map((of) => ({ pieces: of }))
  const apply = (changes: ReadonlyMap<Piece, string>): JsonValue[] =>
    items.map((item, index) => {
      const texts = textsOfPieces(pieces[index] ?? [], changes)
      return texts.length === 0 ? item : withoutLogprobs(withTexts(item, texts))
    })
  const redacted = changesOf(events, redactionsOf)
  const all = changesOf(events, editsOf)
  return {
    recorded: redacted.size === 0 ? items : apply(redacted),
    written: all.size === 0 ? items : apply(all),
  }
}
