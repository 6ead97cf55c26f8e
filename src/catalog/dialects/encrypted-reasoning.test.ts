import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBody, openaiBody } from '../../../test/support/arbitrary-body.ts'
import { converseBody } from '../../../test/support/arbitrary-converse.ts'
import { geminiBody } from '../../../test/support/arbitrary-gemini-body.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import { withoutPieces } from '../../core/model/encrypted-reasoning.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { gemini } from './gemini.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

const user = { role: 'user', content: 'x' }
const asked = { model: 'gemini-3-flash', stream: false }

interface Case {
  readonly dialect: Dialect
  readonly body: JsonObject
  readonly pieces: readonly string[]
  readonly left: JsonObject
}

/** One body of each dialect with two pieces of encrypted reasoning, `own` and `foreign`, and what is left without the second. */
const cases: readonly Case[] = [
  {
    dialect: openaiResponses,
    body: {
      input: [
        user,
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'own' },
        { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'x' },
        { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'foreign' },
        { type: 'function_call', id: 'fc_2', call_id: 'c2', name: 'f', arguments: '{}' },
      ],
    },
    pieces: ['openai:rs_1 own', 'openai:rs_2 foreign'],
    left: {
      input: [
        user,
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'own' },
        { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'x' },
        { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{}' },
      ],
    },
  },
  {
    dialect: anthropicMessages,
    body: {
      messages: [
        user,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'own' },
            { type: 'redacted_thinking', data: 'foreign' },
          ],
        },
      ],
    },
    pieces: ['own', 'foreign'],
    left: {
      messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 'own' }] }],
    },
  },
  {
    dialect: bedrockConverse,
    body: {
      messages: [
        { role: 'user', content: [{ text: 'x' }] },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { redactedContent: 'b3du own' } },
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'foreign' } } },
          ],
        },
        { role: 'assistant', content: [{ reasoningContent: { redactedContent: 'foreign' } }] },
      ],
    },
    pieces: ['b3du own', 'foreign', 'foreign'],
    left: {
      messages: [
        { role: 'user', content: [{ text: 'x' }] },
        { role: 'assistant', content: [{ reasoningContent: { redactedContent: 'b3du own' } }] },
      ],
    },
  },
  {
    // A loop of tools that no longer begins with thinking is refused where thinking is on.
    dialect: bedrockConverse,
    body: {
      messages: [
        { role: 'user', content: [{ text: 'x' }] },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'foreign' } } },
            { toolUse: { toolUseId: 'a', name: 'f', input: {} } },
          ],
        },
        { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [] } }] },
      ],
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 }, top_k: 5 },
    },
    pieces: ['foreign'],
    left: {
      messages: [
        { role: 'user', content: [{ text: 'x' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'f', input: {} } }] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [] } }] },
      ],
      additionalModelRequestFields: { top_k: 5 },
    },
  },
  {
    dialect: gemini,
    body: {
      contents: [
        {
          role: 'model',
          parts: [
            { text: 'a', thoughtSignature: 'own' },
            { text: '', thoughtSignature: 'foreign' },
            { functionCall: { name: 'f', args: {} }, thought_signature: 'foreign' },
          ],
        },
      ],
    },
    pieces: ['gemini:own', 'gemini:foreign', 'gemini:foreign'],
    left: {
      contents: [
        {
          role: 'model',
          parts: [
            { text: 'a', thoughtSignature: 'own' },
            { functionCall: { name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
          ],
        },
      ],
    },
  },
  {
    dialect: openaiChat,
    body: {
      messages: [
        user,
        {
          role: 'assistant',
          content: 'x',
          thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'own' }],
          reasoning_details: [{ type: 'reasoning.encrypted', data: 'foreign' }],
        },
      ],
    },
    pieces: ['own', 'foreign'],
    left: {
      messages: [
        user,
        {
          role: 'assistant',
          content: 'x',
          thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'own' }],
        },
      ],
    },
  },
]

describe.each(cases)('encrypted reasoning in $dialect.id', ({ dialect, body, pieces, left }) => {
  it('is found, and left out piece by piece', () => {
    const reasoning = dialect.encryptedReasoning
    expect(reasoning?.piecesIn(body)).toEqual(pieces)
    const without = reasoning?.without(body, (piece) => piece.endsWith('foreign'), asked.model)
    expect(without).toEqual({ body: left, dropped: [reasoning?.name] })
  })
})

/** As the neutral form has them. */
function piecesOf({ messages }: ModelRequest): readonly string[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.type === 'reasoning') return part.signature ?? part.redacted ?? []
      return part.type === 'tool-call' ? (part.signature ?? []) : []
    }),
  )
}

it.each([
  ['anthropic-messages', anthropicMessages, anthropicBody],
  ['openai-chat', openaiChat, openaiBody],
  ['gemini', gemini, geminiBody],
  ['bedrock-converse', bedrockConverse, converseBody],
] as const)('%s: what is found is what the neutral form has, and nothing is left of it', (_, dialect, bodies) => {
  fc.assert(
    fc.property(bodies, (body) => {
      const request = dialect.decodeRequest(body, asked)
      const found = new Set(dialect.encryptedReasoning?.piecesIn(body))
      for (const piece of piecesOf(request)) expect(found).toContain(piece)
      expect(piecesOf(withoutPieces(request, () => true))).toEqual([])
      const left = dialect.encryptedReasoning?.without(body, () => true, asked.model)
      expect(piecesOf(dialect.decodeRequest(left?.body ?? body, asked))).toEqual([])
    }),
    { numRuns: 100 },
  )
})
