import { basename } from 'node:path'
import { GatewayError } from '../../core/errors.ts'
import { type Embedder, normalised } from '../../core/model/embedder.ts'
import type { LocalModelSettings } from '../config/model-folder.ts'
import { type LocalModelHooks, openModelQueue } from './model-queue.ts'

const PATIENCE_MS = 2000

export interface LocalModel extends Embedder {
  isReady(): boolean
  close(): Promise<void>
}

/** Vectors by a model of a folder. */
export function openLocalModel(settings: LocalModelSettings, hooks: LocalModelHooks): LocalModel {
  const options = { ...hooks, thread: 'embedding-thread', product: 'vector', patienceMs: PATIENCE_MS, unavailable }
  const queue = openModelQueue<Float32Array>(settings, options)
  return {
    id: nameOf(settings),
    isReady: () => queue.digest() !== undefined,
    async embed(texts) {
      await queue.loaded()
      const made = queue.digest()
      if (made === undefined) throw unavailable('The local model is not loaded.')
      const vectors: Float32Array[] = []
      for (const text of texts) vectors.push(normalised(await queue.ask(text)))
      // Its thread may have started again meanwhile, on other files.
      if (queue.digest() !== made) throw unavailable('The local model is another one now.')
      return { by: `${nameOf(settings)}@${made}`, vectors }
    },
    close: queue.close,
  }
}

export function nameOf({ folder }: LocalModelSettings): string {
  return `local/${basename(folder)}`
}

function unavailable(message: string): GatewayError {
  return new GatewayError('embedder_unavailable', message)
}
