// Written by scripts/generate-catalogue.ts. Do not edit.
import type { PassThroughEndpoint } from '../core/call.ts'
import embeddings from './endpoints/embeddings.ts'
import imageEdits from './endpoints/image-edits.ts'
import imageGenerations from './endpoints/image-generations.ts'
import imageVariations from './endpoints/image-variations.ts'
import moderations from './endpoints/moderations.ts'
import rerank from './endpoints/rerank.ts'
import rerankV2 from './endpoints/rerank-v2.ts'
import speech from './endpoints/speech.ts'
import transcriptions from './endpoints/transcriptions.ts'
import translations from './endpoints/translations.ts'

/** Endpoints beyond chat, whose bodies pass through. */
export const endpoints: readonly PassThroughEndpoint[] = [
  embeddings,
  imageEdits,
  imageGenerations,
  imageVariations,
  moderations,
  rerank,
  rerankV2,
  speech,
  transcriptions,
  translations,
]
