import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** A request with all of its conversation in it. */
export interface Turn {
  readonly body: JsonObject
  /** The conversation up to and with this request. */
  readonly items: readonly JsonValue[]
}

/**
 * The last conversations of one socket that nobody stores, by the response that ended them. OpenAI keeps them at its end of
 * the socket, which a provider behind a gateway cannot: https://developers.openai.com/api/docs/guides/websocket-mode
 */
export interface TurnMemory {
  /** Puts what `previous_response_id` names before the new input, where it is known here. */
  turn(request: JsonObject): Turn
  /** Keeps what has been said until and with the response. `bytes` is about what it takes. */
  keep(responseId: string, items: readonly JsonValue[], bytes: number): void
  /** What all of it takes, about. */
  readonly bytes: number
}

const MAX_CONVERSATIONS = 16

/** `room`: how many bytes there may be now. */
export function createTurnMemory(room: () => number): TurnMemory {
  const kept = new Map<string, { readonly items: readonly JsonValue[]; readonly bytes: number }>()
  let total = 0
  return {
    get bytes() {
      return total
    },
    turn(request) {
      const { previous_response_id: previous, ...rest } = request
      const input = itemsOf(request['input'])
      if (typeof previous !== 'string') return { body: rest, items: input }
      const before = kept.get(previous)?.items
      if (before !== undefined) {
        const items = [...before, ...input]
        return { body: { ...rest, input: request['store'] === false ? items.flatMap(unstored) : items }, items }
      }
      // A stored one is known elsewhere.
      return { body: request, items: input }
    },
    keep(responseId, items, bytes) {
      total += bytes - (kept.get(responseId)?.bytes ?? 0)
      kept.delete(responseId)
      kept.set(responseId, { items, bytes })
      const maxBytes = room()
      for (const [id, { bytes: size }] of kept) {
        if (total <= maxBytes && kept.size <= MAX_CONVERSATIONS) break
        kept.delete(id)
        total -= size
      }
    },
  }
}

function itemsOf(input: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(input)) return input
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : []
}

/** The id of an item that is not stored names nothing, and its reasoning counts only where it is in the item. */
function unstored(item: JsonValue): readonly JsonValue[] {
  if (!isJsonObject(item) || item['type'] === 'item_reference') return [item]
  if (item['type'] === 'reasoning' && typeof item['encrypted_content'] !== 'string') return []
  const { id: _, ...rest } = item
  return [rest]
}
