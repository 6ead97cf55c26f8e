/** Entry of the thread that judges texts with a model of a folder: neither loading nor computing holds up calls. */
import type { LabelScore } from '../../core/inspection/text-classifier.ts'
import { modelFile } from '../config/model-folder.ts'
import { serveModel, sessionOptions } from './serve-model.ts'

/** Of BERT and its kin, where the folder names no bound. */
const USUAL_TOKENS = 512
/** What two halves of a text have in common. */
const OVERLAP = 200

await serveModel<readonly LabelScore[]>(async ({ pipeline }, settings) => {
  const classify = await pipeline('text-classification', settings.folder, {
    dtype: modelFile(settings).precision,
    device: 'cpu',
    local_files_only: true,
    session_options: sessionOptions,
  })
  const { tokenizer, model } = classify
  const { max_position_embeddings: positions } = model.config as { readonly max_position_embeddings?: unknown }
  const maxTokens = Math.min(bound(tokenizer.model_max_length), bound(positions), USUAL_TOKENS)

  function isWhole(text: string): boolean {
    const { input_ids: ids } = tokenizer(text, { truncation: false, padding: false })
    return (ids.dims.at(-1) ?? 0) <= maxTokens
  }

  /** What is longer than the model reads is judged in halves, and the higher score of each label counts. */
  async function scored(text: string): Promise<readonly LabelScore[]> {
    const shared = Math.min(OVERLAP, text.length >> 2)
    if (text.length > 1 && !isWhole(text)) {
      const middle = text.length >> 1
      const first = await scored(text.slice(0, middle + (shared >> 1)))
      return higher(first, await scored(text.slice(middle - (shared >> 1))))
    }
    const labels: unknown = await classify(text, { top_k: null as unknown as number })
    if (!Array.isArray(labels) || labels.length < 2 || !labels.every(isLabel))
      throw new Error('It gives no labels of texts.')
    return labels.map(({ label, score }) => ({ label, score }))
  }

  return { how: 'labels', answer: scored }
})

function bound(given: unknown): number {
  return typeof given === 'number' && given >= 8 ? given : USUAL_TOKENS
}

function isLabel(given: unknown): given is LabelScore {
  const { label, score } = given as Partial<LabelScore>
  return typeof label === 'string' && typeof score === 'number' && score >= 0 && score <= 1
}

function higher(some: readonly LabelScore[], others: readonly LabelScore[]): readonly LabelScore[] {
  return some.map(({ label, score }) => ({
    label,
    score: Math.max(score, others.find((other) => other.label === label)?.score ?? 0),
  }))
}
