/**
 * What events of a realtime session say of themselves.
 * https://platform.openai.com/docs/api-reference/realtime-server-events, and the older names of its beta.
 */
import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import { isBase64 } from '../../../core/text/base64.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

export interface SessionEvent {
  readonly type: string
  readonly value: JsonObject
  /** Of the answer that it belongs to; some servers give theirs no name. Absent: of none. */
  readonly response?: string
  readonly item: string
  /** Of the part of the item that it belongs to. */
  readonly part: string
  /** What it adds: to a text, or to the sound of a part. */
  readonly adds?: 'text' | 'sound'
  /** Nothing more is added to the item or the answer that it names. */
  readonly isEnd: boolean
  /** What somebody else has said is said once more. */
  readonly isEcho: boolean
  /** The provider has heard the client say it. */
  readonly isHeard: boolean
  readonly point: InspectionPoint
}

export function sessionEvent(value: JsonObject): SessionEvent {
  const type = textOf(value['type'])
  const item = isJsonObject(value['item']) ? value['item'] : undefined
  const itemId = textOf(value['item_id'] ?? item?.['id'])
  const isOfAnswer = type.startsWith('response.')
  const isHeard = type.startsWith('conversation.item.input_audio_transcription.')
  const response = isJsonObject(value['response']) ? value['response']['id'] : value['response_id']
  const adds = isOfAnswer || isHeard ? addedBy(type, value['delta']) : undefined
  return {
    type,
    value,
    ...(isOfAnswer ? { response: textOf(response) } : {}),
    item: itemId,
    part: `${itemId} ${String(value['content_index'] ?? 0)}`,
    ...(adds === undefined ? {} : { adds }),
    // The end of sound is not that of its words.
    isEnd: /\.(?:done|completed|failed)$/.test(type) && !/audio\.done$/.test(type),
    isEcho:
      type.startsWith('session.') ||
      (type.startsWith('conversation.item.') && !isHeard && item?.['role'] !== 'assistant'),
    isHeard,
    point: isHeard ? 'input' : /arguments|tool_call_input/.test(type) ? 'tool-call' : 'output',
  }
}

/** Sound is Base64; anything else that says that it is sound is read. */
function addedBy(type: string, delta: JsonValue | undefined): SessionEvent['adds'] {
  if (typeof delta !== 'string') return undefined
  const isSound = /^response\.(?:output_)?audio\.delta$/.test(type) && isBase64(delta)
  return isSound ? 'sound' : 'text'
}

/** Whether the words of a part are whole with it: `undefined` where it says nothing of that. */
export function tellsWords(event: SessionEvent, { item, part }: { readonly item: string; readonly part: string }) {
  const { type, value } = event
  if (/^response\.(?:output_)?audio_transcript\.done$/.test(type)) return event.part === part ? true : undefined
  const isOfPart = type === 'response.content_part.done' && event.part === part
  const isOfItem = type === 'response.output_item.done' && event.item === item
  return isOfPart || isOfItem || type === 'response.done' ? hasWords(value) : undefined
}

function hasWords(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasWords)
  if (!isJsonObject(value)) return false
  return typeof value['transcript'] === 'string' || Object.values(value).some(hasWords)
}

/** The end of an answer that was refused, as one that failed: without what it said. */
export function refusedEnd(event: JsonObject, code: string): JsonObject {
  const response = isJsonObject(event['response']) ? event['response'] : {}
  const error = { type: 'invalid_request_error', code }
  const { id, object, conversation_id, usage } = response
  return {
    type: 'response.done',
    event_id: event['event_id'],
    response: {
      id,
      object,
      conversation_id,
      status: 'failed',
      status_details: { type: 'failed', error },
      output: [],
      usage: usage ?? null,
    },
  }
}

/** An event of the gateway's own to the provider: its id tells the answer to it. */
export function ownEvent(type: 'response.cancel' | 'conversation.item.delete', about: JsonObject): JsonObject {
  return { type, event_id: `${ownPrefix}${crypto.randomUUID()}`, ...about }
}

/** What the provider says of one of those; the client has not asked. */
export function answersOwn({ type, value }: SessionEvent): boolean {
  const error = value['error']
  return type === 'error' && isJsonObject(error) && textOf(error['event_id']).startsWith(ownPrefix)
}

const ownPrefix = 'portcullis_'

/** Items in which sound and its words stand side by side: without the sound, where it may not be heard. */
export function withoutSound(value: JsonValue, isLeft: (transcript: JsonValue | undefined) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutSound(item, isLeft))
  if (!isJsonObject(value)) return value
  const isSound = typeof value['audio'] === 'string' && !isLeft(value['transcript'])
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === undefined || (isSound && name === 'audio') ? [] : [[name, withoutSound(inner, isLeft)]],
    ),
  )
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
