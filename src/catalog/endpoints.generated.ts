// Written by scripts/generate-catalogue.ts. Do not edit.
import type { PassThroughEndpoint } from '../core/calls/call.ts'
import cohereEmbed from './endpoints/cohere-embed.ts'
import embeddings from './endpoints/embeddings.ts'
import geminiBatchEmbed from './endpoints/gemini-batch-embed.ts'
import geminiEmbed from './endpoints/gemini-embed.ts'
import imageEdits from './endpoints/image-edits.ts'
import imageGenerations from './endpoints/image-generations.ts'
import imageVariations from './endpoints/image-variations.ts'
import moderations from './endpoints/moderations.ts'
import ollamaEmbed from './endpoints/ollama-embed.ts'
import ollamaEmbeddings from './endpoints/ollama-embeddings.ts'
import rerank from './endpoints/rerank.ts'
import rerankV2 from './endpoints/rerank-v2.ts'
import speech from './endpoints/speech.ts'
import transcriptions from './endpoints/transcriptions.ts'
import translations from './endpoints/translations.ts'

/** Endpoints beyond chat, whose bodies pass through. */
export const endpoints: readonly PassThroughEndpoint[] = [
  cohereEmbed,
  embeddings,
  geminiBatchEmbed,
  geminiEmbed,
  imageEdits,
  imageGenerations,
  imageVariations,
  moderations,
  ollamaEmbed,
  ollamaEmbeddings,
  rerank,
  rerankV2,
  speech,
  transcriptions,
  translations,
]
