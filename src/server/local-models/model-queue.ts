import { settledWithin } from '../../core/calls/settled-within.ts'
import type { StorageTeller } from '../../core/record/storage-state.ts'
import type { LocalModelSettings } from '../config/model-folder.ts'
import { startThread } from '../process/thread.ts'
import type { FromModelThread, ToModelThread } from './serve-model.ts'

const LOAD_PATIENCE_MS = 60_000
/** A thread that is busy with one text for so long does not come back. */
const STUCK_MS = 10_000
const MAX_WAITING = 64
const MAX_RESTART_MS = 60_000
const CLOSE_MS = 3000

export interface LocalModelHooks {
  /** How it is doing, in a sentence that names no path. */
  readonly tell: StorageTeller
  /** Why, for who runs the gateway. */
  warn(message: string): void
}

/** A model in a thread of this process, which computes one text after the other and is started again when it ends. */
export interface ModelQueue<Value> {
  /** Of its files; `undefined`: it is not loaded. */
  digest(): string | undefined
  /** Resolves when it is loaded, or cannot be. */
  loaded(): Promise<void>
  /** Rejects with what `unavailable` makes of a sentence. */
  ask(text: string): Promise<Value>
  close(): Promise<void>
}

export interface ModelQueueOptions extends LocalModelHooks {
  /** Name of the file of the thread, in this folder. */
  readonly thread: string
  /** What the thread makes of a text: `vector`. */
  readonly product: string
  /** For a text, the queue before it included: a call waits for it. */
  readonly patienceMs: number
  unavailable(message: string): Error
}

interface Job<Value> {
  readonly text: string
  readonly number: number
  settle(value: Value | undefined): void
}

export function openModelQueue<Value>(
  settings: LocalModelSettings,
  { thread: name, product, patienceMs, tell, warn, unavailable }: ModelQueueOptions,
): ModelQueue<Value> {
  let digest: string | undefined
  let loading = Promise.withResolvers<void>()
  let lastFault: string | undefined
  let count = 0
  const waiting: Job<Value>[] = []
  let current: { readonly job: Job<Value>; readonly watch: NodeJS.Timeout } | undefined

  const thread = startThread<ToModelThread, FromModelThread<Value>>({
    name,
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
        case 'answered':
          if (current?.job.number === message.number) finish(message.value)
          break
      }
    },
    onCrash() {
      digest = undefined
      tell(`The local model ${lastFault === undefined ? 'had its thread end' : 'cannot be loaded'}; it is tried again.`)
      loading.resolve()
      loading = Promise.withResolvers()
      dropAll()
    },
  })

  function dropAll(): void {
    for (const job of waiting.splice(0)) job.settle(undefined)
    finish(undefined)
  }

  function finish(value: Value | undefined): void {
    clearTimeout(current?.watch)
    current?.job.settle(value)
    current = undefined
    next()
  }

  function next(): void {
    const job = current === undefined ? waiting.shift() : undefined
    if (job === undefined) return
    current = { job, watch: setTimeout(thread.cut, STUCK_MS).unref() }
    thread.tell({ type: 'ask', number: job.number, text: job.text })
  }

  return {
    digest: () => digest,
    async loaded() {
      if (digest === undefined) await settledWithin(loading.promise, LOAD_PATIENCE_MS)
    },
    ask(text) {
      if (waiting.length >= MAX_WAITING) return Promise.reject(unavailable('Too many texts wait for the local model.'))
      return new Promise((resolve, reject) => {
        const job: Job<Value> = {
          text,
          number: ++count,
          settle(value) {
            clearTimeout(timer)
            if (value === undefined) reject(unavailable(`The local model made no ${product} of the text.`))
            else resolve(value)
          },
        }
        const timer = setTimeout(() => {
          // One that nobody waits for is not computed, unless it is already.
          const place = waiting.indexOf(job)
          if (place >= 0) waiting.splice(place, 1)
          reject(unavailable(`The local model made no ${product} within ${patienceMs} ms.`))
        }, patienceMs)
        waiting.push(job)
        next()
      })
    },
    async close() {
      thread.tell({ type: 'close' })
      await thread.closed(CLOSE_MS)
      loading.resolve()
      dropAll()
      tell(undefined)
    },
  }
}
