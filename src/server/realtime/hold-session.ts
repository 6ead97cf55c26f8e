import { openaiChat } from '../../catalog/dialects/openai-chat.ts'
import type { RequestWire } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import type { ReadMessage } from '../../core/wire/read-once.ts'
import { foldedName, readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { SessionWatch } from '../../gateway/consumption/watch-session.ts'
import type { SessionGuard } from '../../gateway/inspection/guard-session.ts'

/** What people and models have made up stands below these: a `model` there is somebody's word. */
const freeFields: ReadonlySet<string> = new Set(['PARAMETERS', 'METADATA', 'VARIABLES'])
/** A name may be written with escapes. */
const mayNameModel = /model|\\u/i

/**
 * Why a client's message must not go on to the provider: an event that changes the session (`session.update`) may name a model
 * beside the one that the session began with, as the one that transcribes, and a key is held to its models there too. What
 * nobody can read for sure is refused. The answer is an event of the session, which goes on.
 */
export function refusalOf(
  message: ReadMessage,
  isBinary: boolean,
  mayUse: (model: string) => boolean,
): string | undefined {
  // No event is binary, and text in some other encoding could be one to a lenient reader.
  if (isBinary) return refusal('Messages of this session must be text.')
  const text = message.text()
  if (!mayNameModel.test(text)) return undefined
  const json = message.json()
  if (!isJsonObject(json)) return refusal('The message is not a JSON object.')
  const named = namedModels(json)
  if (named.length === 0 && !text.includes('\\u')) return undefined
  if (!readsOneWay({ bytes: message.bytes, json }))
    return refusal('A field stands in the message twice; keep one.', json)
  const wrong = named.find(({ model }) => !mayUse(model))
  if (wrong === undefined) return undefined
  const said = `This key may not use the model "${wrong.model.slice(0, 100)}" in this session.`
  return errorEvent(new GatewayError('model_not_allowed', said, { param: wrong.path }), json)
}

/** A name of what a provider keeps; most messages are sound, and have none. */
const mayNameThing = /file_?id|file_?uri|file_?name|store_?id|container|conversation|response_?id|\\u/i

/** The same for a message that names what the caller may not: `refuse` throws. */
export function refusalOfThings(
  message: ReadMessage,
  isBinary: boolean,
  refuse: (wire: RequestWire) => void,
  mayConcern = mayNameThing,
): string | undefined {
  if (isBinary) return refusal('Messages of this session must be text.')
  if (!mayConcern.test(message.text())) return undefined
  const json = message.json()
  if (!isJsonObject(json)) return refusal('The message is not a JSON object.')
  try {
    refuse({ bytes: message.bytes, json })
    return undefined
  } catch (fault) {
    if (fault instanceof GatewayError) return errorEvent(fault, json)
    throw fault
  }
}

/** The same for one with pictures that `check` throws for. */
export function refusalOfImages(
  message: ReadMessage,
  isBinary: boolean,
  check: (body: JsonObject) => void,
): string | undefined {
  const hold = (wire: RequestWire): void => {
    check(wire.json)
    // Its provider may see another of two pictures.
    if (!readsOneWay(wire)) throw new GatewayError('invalid_request', 'A field stands in the message twice; keep one.')
  }
  return refusalOfThings(message, isBinary, hold, mayHoldImage)
}

/** Letters may be escaped. */
const mayHoldImage = /image|\\u/i

interface NamedModel {
  readonly model: string
  readonly path: string
}

/** Without recursion: depth is the client's. */
function namedModels(event: JsonObject): readonly NamedModel[] {
  const found: NamedModel[] = []
  const open: { readonly value: JsonValue; readonly path: string }[] = [{ value: event, path: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) {
      const folded = foldedName(name)
      if (inner === undefined || freeFields.has(folded)) continue
      const at = path === '' ? name : `${path}.${name}`.slice(0, 200)
      if (folded === 'MODEL' && typeof inner === 'string') found.push({ model: inner, path: at })
      else open.push({ value: inner, path: at })
    }
  }
  return found
}

/** The same for one that a guardrail refuses: else what goes on in its place. */
export function guardedMessage(
  message: ReadMessage,
  isBinary: boolean,
  guard: Pick<SessionGuard, 'fromClient'>,
): Buffer | string {
  if (isBinary) return refusal('Messages of this session must be text.')
  try {
    return guard.fromClient(message)
  } catch (fault) {
    return refusedBy(fault, message)
  }
}

/** The same for one that consumption is watched by: it may have to wait. `passed`: what goes on where it may. */
export function watchedMessage(
  message: ReadMessage,
  watch: Pick<SessionWatch, 'fromClient'>,
  passed: () => Buffer | string,
): Buffer | string | Promise<Buffer | string> {
  try {
    const wait = watch.fromClient(message)
    return wait === undefined ? passed() : wait.then(passed).catch((fault: unknown) => refusedBy(fault, message))
  } catch (fault) {
    return refusedBy(fault, message)
  }
}

/** What whoever wrote the message is told of its fault. Throws what is none of theirs. */
function refusedBy(fault: unknown, message: ReadMessage): string {
  if (!(fault instanceof GatewayError)) throw fault
  const json = message.json()
  return errorEvent(fault, isJsonObject(json) ? json : undefined)
}

function refusal(message: string, event?: JsonObject): string {
  return errorEvent(new GatewayError('invalid_request', message), event)
}

/** https://platform.openai.com/docs/api-reference/realtime-server-events/error */
export function errorEvent(error: GatewayError, event?: JsonObject): string {
  const { error: said } = openaiChat.encodeError(error)
  const id = event?.['event_id']
  const cause = typeof id === 'string' ? id.slice(0, 512) : null
  const details = isJsonObject(said) ? said : {}
  return JSON.stringify({
    type: 'error',
    event_id: `event_${crypto.randomUUID()}`,
    error: { ...details, event_id: cause },
  })
}
