import { basename } from 'node:path'
import { settledWithin } from '../../core/calls/settled-within.ts'
import { GatewayError } from '../../core/errors.ts'
import { type Embedder, normalised } from '../../core/model/embedder.ts'
import type { StorageTeller } from '../../core/record/storage-state.ts'
import type { LocalModelSettings } from '../config/model-folder.ts'
import { startThread } from '../process/thread.ts'
import type { FromModelThread, ToModelThread } from './local-model-thread.ts'

/** For a text, the queue before it included: a call waits for it. */
const PATIENCE_MS = 2000
const LOAD_PATIENCE_MS = 60_000
/** A thread that is busy with one text for so long does not come back. */
const STUCK_MS = 10_000
const MAX_WAITING = 64
const MAX_RESTART_MS = 60_000
const CLOSE_MS = 3000

export interface LocalModel extends Embedder {
  isReady(): boolean
  close(): Promise<void>
}

export interface LocalModelHooks {
  /** How it is doing, in a sentence that names no path. */
  readonly tell: StorageTeller
  /** Why, for who runs the gateway. */
  warn(message: string): void
}

interface Job {
  readonly text: string
  readonly number: number
  settle(vector: Float32Array | undefined): void
}

/** A model in a thread of this process, which computes one text after the other and is started again when it ends. */
export function openLocalModel(settings: LocalModelSettings, { tell, warn }: LocalModelHooks): LocalModel {
  let digest: string | undefined
  let loading = Promise.withResolvers<void>()
  let lastFault: string | undefined
  let count = 0
  const waiting: Job[] = []
  let current: { readonly job: Job; readonly watch: NodeJS.Timeout } | undefined

  const thread = startThread<ToModelThread, FromModelThread>({
    name: 'local-model-thread',
    beside: import.meta.url,
    data: settings,
    maxRestartMs: MAX_RESTART_MS,
    onMessage(message) {
      switch (message.type) {
        case 'ready':
          digest = message.digest
          lastFault = undefined
          tell(undefined)
          loading.resolve()
          break
        case 'failed':
          if (message.fault !== lastFault) warn(`The local model ${settings.folder} cannot be loaded: ${message.fault}`)
          lastFault = message.fault
          break
        case 'embedded':
          if (current?.job.number === message.number) finish(message.vector)
          break
      }
    },
    onCrash() {
      digest = undefined
      tell(`The local model ${lastFault === undefined ? 'had its thread end' : 'cannot be loaded'}; it is tried again.`)
      loading.resolve()
      loading = Promise.withResolvers()
      for (const job of waiting.splice(0)) job.settle(undefined)
      finish(undefined)
    },
  })

  function finish(vector: Float32Array | undefined): void {
    clearTimeout(current?.watch)
    current?.job.settle(vector)
    current = undefined
    next()
  }

  function next(): void {
    const job = current === undefined ? waiting.shift() : undefined
    if (job === undefined) return
    current = { job, watch: setTimeout(thread.cut, STUCK_MS).unref() }
    thread.tell({ type: 'embed', number: job.number, text: job.text })
  }

  function vectorOf(text: string): Promise<Float32Array> {
    if (waiting.length >= MAX_WAITING) return Promise.reject(unavailable('Too many texts wait for the local model.'))
    return new Promise((resolve, reject) => {
      const job: Job = {
        text,
        number: ++count,
        settle(vector) {
          clearTimeout(timer)
          if (vector === undefined) reject(unavailable('The local model made no vector of the text.'))
          else resolve(normalised(vector))
        },
      }
      const timer = setTimeout(() => {
        // One that nobody waits for is not computed, unless it is already.
        const place = waiting.indexOf(job)
        if (place >= 0) waiting.splice(place, 1)
        reject(unavailable(`The local model made no vector within ${PATIENCE_MS} ms.`))
      }, PATIENCE_MS)
      waiting.push(job)
      next()
    })
  }

  return {
    id: nameOf(settings),
    isReady: () => digest !== undefined,
    async embed(texts) {
      if (digest === undefined) await settledWithin(loading.promise, LOAD_PATIENCE_MS)
      const made = digest
      if (made === undefined) throw unavailable('The local model is not loaded.')
      const vectors: Float32Array[] = []
      for (const text of texts) vectors.push(await vectorOf(text))
      // Its thread may have started again meanwhile, on other files.
      if (digest !== made) throw unavailable('The local model is another one now.')
      return { by: `${nameOf(settings)}@${made}`, vectors }
    },
    async close() {
      thread.tell({ type: 'close' })
      await thread.closed(CLOSE_MS)
      loading.resolve()
      for (const job of waiting.splice(0)) job.settle(undefined)
      finish(undefined)
      tell(undefined)
    },
  }
}

export function nameOf({ folder }: LocalModelSettings): string {
  return `local/${basename(folder)}`
}

function unavailable(message: string): GatewayError {
  return new GatewayError('embedder_unavailable', message)
}
