// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Dialect } from '../core/model/dialect.ts'
import { anthropicMessages } from './dialects/anthropic-messages.ts'
import { bedrockConverse } from './dialects/bedrock-converse.ts'
import { bedrockInvoke } from './dialects/bedrock-invoke.ts'
import { cohere } from './dialects/cohere.ts'
import { gemini } from './dialects/gemini.ts'
import { ollama } from './dialects/ollama.ts'
import { ollamaGenerate } from './dialects/ollama-generate.ts'
import { openaiChat } from './dialects/openai-chat.ts'
import { openaiCompletions } from './dialects/openai-completions.ts'
import { openaiResponses } from './dialects/openai-responses.ts'
import { vertexMessages } from './dialects/vertex-messages.ts'

export type DialectId = 'anthropic-messages' | 'bedrock-converse' | 'bedrock-invoke' | 'cohere' | 'gemini' | 'ollama' | 'ollama-generate' | 'openai-chat' | 'openai-completions' | 'openai-responses' | 'vertex-messages'

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'bedrock-invoke': bedrockInvoke,
  'cohere': cohere,
  'gemini': gemini,
  'ollama': ollama,
  'ollama-generate': ollamaGenerate,
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
  'vertex-messages': vertexMessages,
}
