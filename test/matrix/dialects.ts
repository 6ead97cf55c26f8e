import { anthropicMessages } from './dialects/anthropic-messages.ts'
import { openaiChat } from './dialects/openai-chat.ts'
import type { MatrixDialect } from './neutral.ts'

export const dialects: readonly MatrixDialect[] = [openaiChat, anthropicMessages]
