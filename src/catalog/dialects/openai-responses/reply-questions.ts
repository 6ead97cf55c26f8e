import type { Question } from '../../../core/dialect.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/json.ts'

/** Replies that are kept here; one that a provider keeps is asked of the provider. */
export const replyQuestions: readonly Question[] = [
  {
    method: 'GET',
    path: '/v1/responses/{id}',
    answer: ({ model: id = '', replies }) => found(id, replies),
  },
  {
    method: 'DELETE',
    path: '/v1/responses/{id}',
    answer({ model: id = '', replies }) {
      found(id, replies)
      replies.forget(id)
      return { id, object: 'response', deleted: true }
    },
  },
]

function found(id: string, replies: Parameters<Question['answer']>[0]['replies']): JsonObject {
  const reply = replies.find(id)
  if (reply !== undefined) return reply
  throw new GatewayError('not_found', `Response with id '${id.slice(0, 200)}' not found.`, { param: 'response_id' })
}
