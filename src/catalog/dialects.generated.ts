// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Dialect } from '../core/dialect.ts'
import { anthropicMessages } from './dialects/anthropic-messages.ts'
import { bedrockConverse } from './dialects/bedrock-converse.ts'
import { gemini } from './dialects/gemini.ts'
import { openaiChat } from './dialects/openai-chat.ts'
import { openaiResponses } from './dialects/openai-responses.ts'

export type DialectId = 'anthropic-messages' | 'bedrock-converse' | 'gemini' | 'openai-chat' | 'openai-responses'

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'gemini': gemini,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
}
