import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { itemNotFound } from '../../catalog/dialects/openai-responses/kept-replies.ts'
import { ResponsesRequest } from '../../catalog/dialects/openai-responses/request-schema.ts'
import { readWith } from '../../catalog/dialects/schema-error.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ConversationItem } from '../../core/model/conversation.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** https://platform.openai.com/docs/api-reference/conversations/create-items */
const MAX_ITEMS = 20
const Items = z.looseObject({ items: ResponsesRequest.shape.input })

/** The items of a body as they are kept: each with an id of ours. Throws `invalid_request`. */
export function itemsIn(body: JsonObject, isNeeded: boolean): readonly ConversationItem[] {
  const { items } = body
  if ((items === undefined || items === null) && !isNeeded) return []
  if (!Array.isArray(items)) throw wrong('`items` must be a list.')
  if (items.length > MAX_ITEMS) throw wrong(`\`items\` takes ${MAX_ITEMS} at a time.`)
  readWith(Items, body)
  return items.map((item) => asKept(item))
}

/** https://platform.openai.com/docs/api-reference/metadata */
const Metadata = z.looseObject({
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, 'takes 16 pairs')
    .nullish(),
})

export function metadataIn(body: JsonObject): JsonObject {
  const { metadata } = readWith(Metadata, body)
  return { ...metadata }
}

/** What a request and its reply add to their conversation; a reference to what an account keeps adds nothing that others could read. */
export function saidIn(input: readonly JsonValue[], output: readonly JsonValue[]): readonly ConversationItem[] {
  return [
    ...input.flatMap((item) => (isJsonObject(item) && typeOf(item) !== 'item_reference' ? [asKept(item)] : [])),
    ...output.flatMap((item) => (isJsonObject(item) ? [asKept(item, item['id'])] : [])),
  ]
}

/** Only messages may leave it out, and references. */
function typeOf({ type, role }: JsonObject): string {
  if (typeof type === 'string') return type
  return role === undefined ? 'item_reference' : 'message'
}

function asKept(item: JsonValue, given?: JsonValue): ConversationItem {
  if (!isJsonObject(item)) throw wrong('Each of `items` must be an object.')
  const { role, content } = item
  const type = typeOf(item)
  if (type === 'item_reference') throw itemNotFound(String(item['id']))
  const id = typeof given === 'string' ? given : `${prefixes.get(type) ?? 'item'}_${randomBytes(16).toString('hex')}`
  const said = typeof content === 'string' ? { content: [textPart(content, role)] } : {}
  return { ...item, type, id, status: item['status'] ?? 'completed', ...said }
}

function textPart(text: string, role: JsonValue | undefined): JsonObject {
  return role === 'assistant' ? { type: 'output_text', text, annotations: [] } : { type: 'input_text', text }
}

/** As OpenAI begins its ids. */
const prefixes: ReadonlyMap<string, string> = new Map([
  ['message', 'msg'],
  ['reasoning', 'rs'],
  ['function_call', 'fc'],
  ['function_call_output', 'fco'],
  ['custom_tool_call', 'ctc'],
  ['custom_tool_call_output', 'ctco'],
])

function wrong(message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param: 'items' })
}
