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
import type { MatrixDialect } from './neutral.ts'

export const dialects: readonly MatrixDialect[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  vertexMessages,
  gemini,
  bedrockConverse,
  bedrockInvoke,
  ollama,
  ollamaGenerate,
  cohere,
  openaiCompletions,
]
