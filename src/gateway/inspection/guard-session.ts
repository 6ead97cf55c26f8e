import { isUtf8 } from 'node:buffer'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { readsOneWay } from '../../core/reads-one-way.ts'
import { activeGuardrails, type GuardOptions } from './guard.ts'
import type { FormOwner } from './guard-form.ts'
import { cannotRedact } from './guard-request.ts'
import { createRedactor, edited } from './redactor.ts'
import { refusalOf } from './refusal.ts'
import { textsIn, withTexts } from './wire-texts.ts'

/** Gives what goes on in place of a client's message. Throws where nothing may. */
export type SessionGuard = (message: Buffer) => Buffer

/** Looks at what a client says in a session: text, instructions, tools and their results. Sound is not read. */
export function guardSessions(
  options: GuardOptions,
): (owner: FormOwner & { readonly model: string }) => SessionGuard | undefined {
  const { inspector, policy, now, hashKey } = options
  return ({ id: callId, principal: { workspace, key }, model, emit }) => {
    if (activeGuardrails(options, { workspace, key, model }).length === 0) return undefined
    const id = `${callId}:input`
    const redactor = createRedactor(hashKey)
    return (message) => {
      const facts = { workspace, key, model, now: now() }
      const active = activeGuardrails(options, facts)
      const event = isUtf8(message) ? parseJson(message.toString()) : undefined
      if (!isJsonObject(event))
        throw new GatewayError('uninspectable_body', 'The message is not a JSON object that a guardrail can read.')
      const inspected = inspector.inspect(textsIn(withoutSound(event), 'input'), active, { id, facts })
      // Messages of a session keep their order, and none can wait.
      if (inspected instanceof Promise)
        throw new GatewayError(
          'guardrail_denied',
          `A message of a session cannot wait for a detector (decision ${id}).`,
        )
      if (inspected.decisions.length > 0) emit({ type: 'guardrails-judged', decisions: inspected.decisions })
      const refusal = refusalOf(inspected.effect, id)
      if (refusal !== undefined) throw refusal
      if (inspected.effect.kind !== 'redact')
        return readsOneWay({ bytes: message, json: event }) ? message : Buffer.from(JSON.stringify(event))
      const changes = inspected.texts.flatMap(({ text, judgements }) => {
        const taken = policy.redactedIn(judgements)
        if (taken.length > 0 && text.isName === true) throw cannotRedact(callId)
        return taken.length === 0
          ? []
          : [{ place: text.place, text: edited(text.text, redactor.edits(text.text, taken)) }]
      })
      return Buffer.from(JSON.stringify(withTexts(event, changes)))
    }
  }
}

/** The one field that holds nothing but sound. */
function withoutSound(event: JsonObject): JsonObject {
  if (event['type'] !== 'input_audio_buffer.append') return event
  const { audio: _, ...others } = event
  return others
}
