import type { BatchDialect } from '../../core/calls/batch.ts'
import { anthropicLines } from './anthropic-lines.ts'
import type { LineFormat } from './line-format.ts'
import { openaiLines } from './openai-lines.ts'

export const lineFormats: Readonly<Record<BatchDialect, LineFormat>> = {
  openai: openaiLines,
  anthropic: anthropicLines,
}
