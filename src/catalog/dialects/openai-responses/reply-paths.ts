import { GatewayError } from '../../../core/errors.ts'
import type { KeptTurn } from '../../../core/model/kept-replies.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** What is asked of a reply that is kept: https://platform.openai.com/docs/api-reference/responses */
export type ReplyQuestion = 'read' | 'delete' | 'input-items' | 'cancel'

export const replyPaths: readonly (readonly [path: string, questions: Readonly<Record<string, ReplyQuestion>>])[] = [
  ['/v1/responses/{id}', { GET: 'read', DELETE: 'delete' }],
  ['/v1/responses/{id}/input_items', { GET: 'input-items' }],
  ['/v1/responses/{id}/cancel', { POST: 'cancel' }],
]

/** Fields of the query that these paths have; no other goes to a provider. */
export const replyQuery: ReadonlySet<string> = new Set([
  'after',
  'include',
  'include[]',
  'include_obfuscation',
  'limit',
  'order',
  'starting_after',
  'stream',
])

/** The same for a reply that there never was and for one of another workspace. */
export function responseNotFound(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id.slice(0, 200)}' not found.`, { param: 'response_id' })
}

/** A page of what a request said, for a reply that is kept here. Items that came without an id have one from their place. */
export function inputItems({ input }: KeptTurn, id: string, query: URLSearchParams): JsonObject {
  const limit = Number(query.get('limit') ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new GatewayError('invalid_request', '`limit` must be a whole number from 1 to 100.', { param: 'limit' })
  const items = input.map((item, index) => withId(item, `item_${id.replace(/^resp_/, '')}_${index}`))
  if (query.get('order') !== 'asc') items.reverse()
  const after = query.get('after')
  const start = after === null ? 0 : items.findIndex((item) => item['id'] === after) + 1
  if (after !== null && start === 0)
    throw new GatewayError('not_found', 'There is no item with the id in `after`.', { param: 'after' })
  const data = items.slice(start, start + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: items.length > start + limit,
  }
}

function withId(item: JsonValue, id: string): JsonObject {
  const said = isJsonObject(item) ? item : {}
  return { ...said, id: typeof said['id'] === 'string' ? said['id'] : id, type: said['type'] ?? 'message' }
}
