// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Dialect } from '../core/dialect.ts'
import { anthropicMessages } from './dialects/anthropic-messages.ts'
import { openaiChat } from './dialects/openai-chat.ts'

export type DialectId = 'anthropic-messages' | 'openai-chat'

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'anthropic-messages': anthropicMessages,
  'openai-chat': openaiChat,
}
