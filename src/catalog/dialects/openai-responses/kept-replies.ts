import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts'
import type { KeptReplies, KeptTurn } from '../../../core/kept-replies.ts'

/** https://platform.openai.com/docs/guides/conversation-state. `instructions` are not carried over, there or here. */
export const keptReplies: KeptReplies = {
  continues: ({ previous_response_id: id }) => (typeof id === 'string' && id !== '' ? id : undefined),
  isKept: ({ store }) => store !== false,
  resolved(body, find) {
    const { input } = body
    if (!Array.isArray(input) || !input.some(isReference)) return body
    return { ...body, input: input.map((item) => (isReference(item) ? (itemOf(item.id, find) ?? item) : item)) }
  },
  resumed({ previous_response_id: _, ...body }, turns) {
    const earlier = turns.flatMap(({ input, reply }) => [...input, ...outputOf(reply)])
    return { ...body, input: [...earlier, ...inputOf(body)] }
  },
  turn: (body, reply) => ({ input: inputOf(body), reply }),
  unknown: previousResponseNotFound,
}

/** As OpenAI says it, status included. */
export function previousResponseNotFound(id: string): GatewayError {
  return new GatewayError('not_found', `Previous response with id '${id.slice(0, 200)}' not found.`, {
    status: 400,
    param: 'previous_response_id',
    vendorCode: 'previous_response_not_found',
  })
}

type Reference = JsonObject & { readonly id: string }

/** The type may be left out: https://platform.openai.com/docs/api-reference/responses/create#responses-create-input */
function isReference(item: JsonValue): item is Reference {
  if (!isJsonObject(item) || typeof item['id'] !== 'string') return false
  return item['type'] === 'item_reference'
}

/** The ids of our items hold the id of their reply. */
function itemOf(id: string, find: (reply: string) => KeptTurn | undefined): JsonValue | undefined {
  const reply = /^[a-z]+_(.+)_\d+$/.exec(id)?.[1]
  const turn = reply === undefined ? undefined : find(`resp_${reply}`)
  return turn && outputOf(turn.reply).find((item) => isJsonObject(item) && item['id'] === id)
}

function outputOf({ output }: JsonObject): readonly JsonValue[] {
  return Array.isArray(output) ? output : []
}

function inputOf({ input }: JsonObject): readonly JsonValue[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  return Array.isArray(input) ? input : []
}
