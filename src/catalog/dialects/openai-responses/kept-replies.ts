import { GatewayError } from '../../../core/errors.ts'
import type { KeptReplies, KeptTurn } from '../../../core/model/kept-replies.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** https://platform.openai.com/docs/guides/conversation-state. `instructions` are not carried over, there or here. */
export const keptReplies: KeptReplies = {
  continues: ({ previous_response_id: id }) => (typeof id === 'string' && id !== '' ? id : undefined),
  isKept: ({ store }) => store !== false,
  resolved(body, find) {
    const { input } = body
    if (!Array.isArray(input) || !input.some(isReference)) return body
    const itemOf = itemFinder(find)
    const items = input.map((item) => (isReference(item) ? (itemOf(item.id) ?? item) : item))
    return items.every((item, index) => item === input[index]) ? body : { ...body, input: items }
  },
  resumed({ previous_response_id: _, ...body }, turns) {
    const earlier = turns.flatMap(({ input, reply }) => [...input, ...outputOf(reply)])
    return { ...body, input: [...earlier, ...inputOf(body)] }
  },
  conversationOf({ conversation }) {
    const id = isJsonObject(conversation) ? conversation['id'] : conversation
    return typeof id === 'string' && id !== '' ? id : undefined
  },
  inConversation: ({ conversation: _, ...body }, said) => ({
    ...body,
    input: [...said.flatMap(withoutId), ...inputOf(body)],
  }),
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

/** Throws for what only the server that holds it can know: an earlier response, a conversation, a stored prompt. */
export function refuseKept(body: JsonObject): void {
  const previous = keptReplies.continues(body)
  if (previous !== undefined) throw previousResponseNotFound(previous)
  for (const [param, instead] of elsewhere) {
    const value = body[param]
    if (value === undefined || value === null) continue
    const message = `\`${param}\` names something that only the provider which holds it can read, and this model is another provider's; ${instead}.`
    throw new GatewayError('invalid_request', message, { param })
  }
}

const elsewhere: readonly (readonly [param: string, instead: string])[] = [
  ['conversation', 'make one at `/v1/conversations`, which works with every model'],
  ['prompt', 'send its text as `instructions`'],
]

/** An item that nobody here has; `input`, as OpenAI says it. */
export function itemNotFound(id: string): GatewayError {
  const message = `Item with id '${id.slice(0, 200)}' not found. Send the item itself: what another account or nobody keeps cannot be named by its id.`
  return new GatewayError('not_found', message, { param: 'input' })
}

type Reference = JsonObject & { readonly id: string }

/** The type may be left out: https://platform.openai.com/docs/api-reference/responses/create#responses-create-input */
function isReference(item: JsonValue): item is Reference {
  if (!isJsonObject(item) || typeof item['id'] !== 'string') return false
  const { type = null, role } = item
  return type === 'item_reference' || (type === null && role === undefined)
}

/** The ids of our items hold the id of their reply. Each reply is read once, and each item given once, as at OpenAI: a short body must not become an endless one. */
function itemFinder(find: (reply: string) => KeptTurn | undefined): (id: string) => JsonValue | undefined {
  const known = new Map<string, ReadonlyMap<unknown, JsonValue>>()
  const given = new Set<string>()
  return (id) => {
    const reply = /^[a-z]+_(.+)_\d+$/.exec(id)?.[1]
    if (reply === undefined) return undefined
    const items = known.get(reply) ?? itemsById(find(`resp_${reply}`))
    known.set(reply, items)
    const item = items.get(id)
    if (item !== undefined && given.has(id)) {
      const message = `Duplicate item found with id ${id.slice(0, 200)}. Remove duplicate items from your input and try again.`
      throw new GatewayError('invalid_request', message, { param: 'input' })
    }
    given.add(id)
    return item
  }
}

function itemsById(turn: KeptTurn | undefined): ReadonlyMap<unknown, JsonValue> {
  return new Map(outputOf(turn?.reply ?? {}).flatMap((item) => (isJsonObject(item) ? [[item['id'], item]] : [])))
}

/** Ids of ours name nothing elsewhere, and reasoning counts only where it is in the item. */
function withoutId({ id: _, ...item }: JsonObject): JsonObject[] {
  return item['type'] === 'reasoning' && typeof item['encrypted_content'] !== 'string' ? [] : [item]
}

function outputOf({ output }: JsonObject): readonly JsonValue[] {
  return Array.isArray(output) ? output : []
}

function inputOf({ input }: JsonObject): readonly JsonValue[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  return Array.isArray(input) ? input : []
}
