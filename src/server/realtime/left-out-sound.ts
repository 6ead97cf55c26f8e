import { isUtf8 } from 'node:buffer'
import { isBase64 } from '../../core/text/base64.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'

/** Sound in Base64 fills a record with what nobody reads there. It is left out and counted; all else that is said stays. */
export interface LeftOutSound {
  /** The lines that stand on record for an event; none where it is sound and nothing else. */
  lines(event: Buffer): readonly Buffer[]
  /** The same for what is counted and not yet told. */
  rest(): readonly Buffer[]
}

/** What an event of sound has beside it, and where it has the sound. */
interface SoundEvent {
  readonly field: string
  readonly beside: ReadonlySet<string>
}

/** https://platform.openai.com/docs/api-reference/realtime-client-events/input_audio_buffer/append */
export const soundOfClient: ReadonlyMap<string, SoundEvent> = new Map([
  ['input_audio_buffer.append', { field: 'audio', beside: new Set(['type', 'event_id']) }],
])

const ofAnswer: SoundEvent = {
  field: 'delta',
  beside: new Set(['type', 'event_id', 'response_id', 'item_id', 'output_index', 'content_index']),
}
/** https://platform.openai.com/docs/api-reference/realtime-server-events/response/output_audio/delta, and its name in the beta. */
export const soundOfProvider: ReadonlyMap<string, SoundEvent> = new Map([
  ['response.output_audio.delta', ofAnswer],
  ['response.audio.delta', ofAnswer],
])

/** By the type that an event has itself, as everybody reads it: words that only name one are words. */
export function leftOutSound(known: ReadonlyMap<string, SoundEvent>): LeftOutSound {
  const names = [...known.keys()].map((name) => Buffer.from(`"${name}"`))
  let type = ''
  let events = 0
  let bytes = 0

  function told(): readonly Buffer[] {
    if (events === 0) return []
    const line = JSON.stringify({ type, left_out: { events, bytes } })
    events = 0
    bytes = 0
    return [Buffer.from(line)]
  }

  return {
    lines(event) {
      const value = names.some((name) => event.includes(name)) ? readEvent(event) : undefined
      const sound = value === undefined ? undefined : soundIn(value, known)
      if (value === undefined || sound === undefined) return [...told(), event]
      if (!sound.isAlone) return [...told(), Buffer.from(JSON.stringify(sound.withoutIt))]
      const before = events > 0 && type !== value['type'] ? told() : []
      type = String(value['type'])
      events++
      bytes += event.length
      return before
    },
    rest: told,
  }
}

/** `undefined` for what others may read in another way. */
function readEvent(event: Buffer): JsonObject | undefined {
  const value = isUtf8(event) ? parseJson(event.toString()) : undefined
  return isJsonObject(value) && readsOneWay({ bytes: event, json: value }) ? value : undefined
}

/** An id that is longer says something. */
const MAX_BESIDE = 64

function soundIn(value: JsonObject, known: ReadonlyMap<string, SoundEvent>) {
  const found = typeof value['type'] === 'string' ? known.get(value['type']) : undefined
  const sound = found === undefined ? undefined : value[found.field]
  if (found === undefined || typeof sound !== 'string' || !isBase64(sound)) return undefined
  const isAlone = Object.entries(value).every(
    ([name, said]) =>
      name === found.field ||
      (found.beside.has(name) && (typeof said === 'number' || (typeof said === 'string' && said.length <= MAX_BESIDE))),
  )
  return { isAlone, withoutIt: { ...value, [found.field]: `[${sound.length} characters of Base64]` } }
}
