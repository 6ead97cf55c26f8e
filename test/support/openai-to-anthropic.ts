import { anthropicMessages } from '../../src/catalog/dialects/anthropic-messages.ts'
import { openaiChat } from '../../src/catalog/dialects/openai-chat.ts'
import type { TargetTraits } from '../../src/core/model/dialect.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { askedBy } from './asked.ts'

export const hello = [{ role: 'user', content: 'Hello' }]

/** What an Anthropic provider gets for a body of an OpenAI client. */
export function sent(
  fields: JsonObject,
  model = 'claude-sonnet-4-5',
  traits: TargetTraits = {},
): { body: Record<string, never> & JsonObject; dropped: readonly string[]; messages: JsonObject[] } {
  const asked = { model: 'alias', messages: hello, ...fields }
  const request = openaiChat.decodeRequest(asked, askedBy(asked))
  const { body, dropped } = anthropicMessages.encodeRequest({ ...request, model }, traits)
  const wire = JSON.parse(JSON.stringify(body)) as Record<string, never> & JsonObject
  return { body: wire, dropped, messages: wire['messages'] as unknown as JsonObject[] }
}

/** A tool and a call of one, as an OpenAI client has them. */
export const weather = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: {} } },
}
export const call = (id: string, name = 'weather', args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
