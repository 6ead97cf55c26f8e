import { isUtf8 } from 'node:buffer'
import { GatewayError } from '../../core/errors.ts'
import { type Direction, pointFor, type TextPoint } from '../../core/inspection/guardrail.ts'
import { isBase64 } from '../../core/text/base64.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import type { ReadMessage } from '../../core/wire/read-once.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { UnreadDocument } from '../documents/read-limits.ts'
import { conversationOf } from './conversation.ts'
import { fileParts } from './document-parts.ts'
import { activeGuardrails, type GuardOptions } from './guard.ts'
import type { FormOwner } from './guard-form.ts'
import type { ReplyGuard } from './guard-reply.ts'
import { cannotRedact } from './guard-request.ts'
import { guardedFault } from './guarded-fault.ts'
import { redactedTexts } from './joined/redacted-texts.ts'
import { isStrict, passOrRefuse } from './read-files.ts'
import { createRedactor } from './redactor.ts'
import { refusalOf } from './refusal.ts'
import { createSaidBefore } from './session/said-before.ts'
import { createSaidTexts } from './session/said-texts.ts'
import { createSessionAnswers, type SessionAnswers, type SessionLink } from './session/session-answers.ts'
import { pointerOf, textsIn, type WireText, withTexts } from './wire-texts.ts'

export interface SessionGuard {
  /** Gives what goes on in place of a client's message. Throws where nothing may. */
  fromClient(message: ReadMessage): Buffer
  /** What the client may be told of why there is no session. */
  fault(fault: unknown): Promise<unknown>
  /** Looks at what the provider says. */
  answers(link: SessionLink): SessionAnswers
  /** What it is to read must be readable. */
  readonly isStrict: boolean
}

export interface SessionGuardOptions extends GuardOptions {
  /** What becomes of sound of an answer that its words do not come before. */
  readonly sessionSound: 'allow' | 'deny'
}

/**
 * Looks at what a client says in a session, and at what is answered: text, instructions, tools and their results, and the words of
 * sound. Sound itself is not read.
 */
export function guardSessions(
  options: SessionGuardOptions,
): (owner: FormOwner & { readonly model: string }) => SessionGuard | undefined {
  const { inspector, policy, now, hashKey, sessionSound } = options
  return ({ id: callId, principal: { workspace, key }, model, emit }) => {
    const route = options.routeOf(model)
    const reaches = options.reachesOf?.(model) ?? []
    if (reaches.length > 0) emit({ type: 'guarded-models-reached', reaches })
    const owned = { workspace, key, model, reaches, ...(route === undefined ? {} : { route }) }
    const first = activeGuardrails(options, owned)
    if (first.length === 0) return undefined
    const id = `${callId}:input`
    const redactor = createRedactor(hashKey, options.tokensInCalls)
    const said = createSaidTexts()
    const before = createSaidBefore()
    const standing = (direction: Direction) => {
      const facts = { ...owned, direction, now: now() }
      return { facts, active: activeGuardrails(options, facts) }
    }

    /** None can be read while the session goes on. */
    function refuseFiles(event: JsonObject, { facts, active }: ReturnType<typeof standing>): void {
      const applying = active.filter((one) => policy.applies(one, facts))
      const ofTool: TextPoint = { point: 'tool-result' }
      for (const { kind, at = ofTool } of applying.length === 0 ? [] : fileParts(event)) {
        const looking = applying.filter((one) => pointFor(one, at) !== undefined)
        if (looking.length === 0) continue
        const isMedia = kind === 'media'
        const fault = new UnreadDocument(
          isMedia ? 'Pictures and sound are not read.' : 'Documents in sessions are not read.',
        )
        passOrRefuse(fault, isMedia ? 'media' : 'unreadable', looking, at, options, { id: callId, emit })
      }
    }

    function fromClient(message: ReadMessage): Buffer {
      const { facts, active } = standing('request')
      const { bytes } = message
      const event = isUtf8(bytes) ? message.json() : undefined
      if (!isJsonObject(event))
        throw new GatewayError('uninspectable_body', 'The message is not a JSON object that a guardrail can read.')
      const read = withoutSound(event)
      refuseFiles(read, { facts, active })
      const texts = textsIn(read, 'input').map(instructing)
      const inspected = inspector.inspect([...before.before('', texts), ...texts], active, {
        id,
        facts,
        isAtOnce: true,
      })
      // Messages of a session keep their order, and none can wait.
      if (inspected instanceof Promise)
        throw new GatewayError(
          'guardrail_denied',
          `A message of a session cannot wait for a detector (decision ${id}).`,
        )
      if (inspected.decisions.length > 0) emit({ type: 'guardrails-judged', decisions: inspected.decisions })
      const refusal = refusalOf(inspected.effect, id)
      if (refusal !== undefined) throw refusal
      const isRedacted = inspected.effect.kind === 'redact'
      const written = redactedTexts(isRedacted ? inspected.texts : [], policy, redactor)
      // What the provider has cannot be written anew.
      for (const { isName, isKnown } of written.keys())
        if (isName === true || isKnown === true) throw cannotRedact(callId)
      const sent = texts.map((text) => ({ ...text, text: written.get(text) ?? text.text }))
      before.add('', sent)
      said.add(sent)
      if (written.size > 0) {
        const changes = Array.from(written, ([{ place }, text]) => ({ place, text }))
        return Buffer.from(JSON.stringify(withTexts(event, changes)))
      }
      return readsOneWay({ bytes, json: event }) ? bytes : Buffer.from(JSON.stringify(event))
    }

    const answerGuard = (): ReplyGuard => ({
      ...options,
      ...standing('answer'),
      redactor: redactor.answering(),
      conversation: said.conversation(conversationOf),
    })

    return {
      fromClient,
      fault: (fault) => guardedFault({ id: callId, emit }, fault, answerGuard()),
      isStrict: first.some(isStrict),
      answers: (link) =>
        createSessionAnswers(
          {
            callId,
            isSaid: said.has,
            isStrict: first.some(isStrict),
            mayRunAhead:
              sessionSound === 'allow' || !first.some((one) => isStrict(one) && one.points.includes('output')),
            emit,
            guard: answerGuard,
          },
          link,
        ),
    }
  }
}

/** What the application tells the model stands below the session, or below the answer that it asks for. */
function instructing(text: WireText): WireText {
  return instructions.has(pointerOf(text.place)) ? { ...text, isInstruction: true } : text
}

const instructions: ReadonlySet<string> = new Set(['/session/instructions', '/response/instructions'])

/** The one field that holds nothing but sound, as long as it does. */
function withoutSound(event: JsonObject): JsonObject {
  const { audio, ...others } = event
  if (event['type'] !== 'input_audio_buffer.append') return event
  if (typeof audio !== 'string' || !isBase64(audio)) return event
  return others
}
