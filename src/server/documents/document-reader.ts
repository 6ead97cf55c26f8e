import { hash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { DocumentPicture } from '../../gateway/documents/document-pictures.ts'
import type { DocumentText } from '../../gateway/documents/document-texts.ts'
import { UnreadDocument } from '../../gateway/documents/read-limits.ts'
import type { FromDocumentThread, ToDocumentThread } from './document-thread.ts'

export interface DocumentReader {
  /** `owner`: whose documents wait for each other, not for those of others. Rejects with `UnreadDocument`. */
  read(bytes: Buffer, timeoutMs: number, owner: string): Promise<readonly DocumentText[]>
  /** The same of what pictures are in it. */
  pictures(bytes: Buffer, timeoutMs: number, owner: string): Promise<readonly DocumentPicture[]>
  close(): Promise<void>
}

type Found = Extract<FromDocumentThread, { readonly found: unknown }>['found']

interface Waiting {
  readonly wants: ToDocumentThread['wants']
  readonly bytes: Buffer
  readonly until: number
  readonly done: PromiseWithResolvers<Found>
}

/** More of one owner that wait are refused: each holds its document. */
const MAX_WAITING = 16
const MAX_OWNERS = 64
const MAX_MEMORY_BYTES = 512 << 20
/** What is in buffers is in no limit of a thread's heap. */
const LOOK_EVERY_MS = 20
const IDLE_MS = 30_000
/** In UTF-16 units, of all documents that are remembered. */
const MAX_REMEMBERED = 8 << 20
const resourceLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 }

/** Reads documents in a thread of its own, one after the other. One that was read is known again. */
export function createDocumentReader(): DocumentReader {
  const file = new URL(`./document-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
  /** Owners in turn. */
  const waiting = new Map<string, Waiting[]>()
  const known = new Map<string, Found>()
  let remembered = 0
  let worker: Worker | undefined
  let isBusy = false
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  function thread(): Worker {
    clearTimeout(idle)
    if (worker !== undefined) return worker
    const started = new Worker(file, { name: 'documents', stderr: false, stdout: false, execArgv: [], resourceLimits })
    // What it says may quote a document; that it ended is enough.
    started.on('error', () => undefined)
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    started.unref()
    worker = started
    return started
  }

  function stop(): void {
    void worker?.terminate()
    worker = undefined
  }

  function takeNext(): Waiting | undefined {
    for (const [owner, [next, ...rest]] of waiting) {
      waiting.delete(owner)
      if (rest.length > 0) waiting.set(owner, rest)
      return next
    }
    return undefined
  }

  async function goOn(): Promise<void> {
    if (isBusy) return
    isBusy = true
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      try {
        next.done.resolve(await readIn(thread(), next))
      } catch (fault) {
        next.done.reject(fault)
      }
    }
    isBusy = false
    idle = setTimeout(stop, IDLE_MS).unref()
  }

  async function readIn(reading: Worker, { wants, bytes, until }: Waiting): Promise<Found> {
    const left = until - performance.now()
    if (left <= 0) throw new UnreadDocument('It was not read in time.')
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Found>()
    const fail = (message: string): void => {
      // It may be at it for ever.
      stop()
      reject(new UnreadDocument(message))
    }
    const onMessage = (said: FromDocumentThread): void => {
      if (said.id !== id) return
      if ('found' in said) resolve(said.found)
      else reject(new UnreadDocument(said.fault))
    }
    // Of its heap, or for a fault in what it read.
    const onExit = (): void => reject(new UnreadDocument('What reads documents came to its end over it.'))
    const timer = setTimeout(() => fail('It was not read in time.'), left)
    const looking = setInterval(() => {
      reading.getHeapStatistics().then(
        ({ used_heap_size, external_memory }) => {
          if (used_heap_size + external_memory > MAX_MEMORY_BYTES) fail('It takes more memory than there is for it.')
        },
        () => undefined,
      )
    }, LOOK_EVERY_MS)
    reading.on('message', onMessage)
    reading.once('exit', onExit)
    try {
      reading.postMessage({ id, wants, bytes: new Uint8Array(bytes) } satisfies ToDocumentThread)
      return await promise
    } finally {
      clearTimeout(timer)
      clearInterval(looking)
      reading.off('message', onMessage)
      reading.off('exit', onExit)
    }
  }

  function remember(key: string, found: Found): void {
    known.set(key, found)
    remembered += lengthOf(found)
    for (const [oldest, its] of known) {
      if (remembered <= MAX_REMEMBERED) return
      known.delete(oldest)
      remembered -= lengthOf(its)
    }
  }

  async function ask(wants: Waiting['wants'], bytes: Buffer, timeoutMs: number, owner: string): Promise<Found> {
    const key = `${wants} ${hash('sha256', bytes)}`
    const before = known.get(key)
    if (before !== undefined) {
      known.delete(key)
      known.set(key, before)
      return before
    }
    const own = waiting.get(owner) ?? []
    if (own.length >= MAX_WAITING || waiting.size >= MAX_OWNERS)
      throw new UnreadDocument('Too many documents wait to be read.')
    const done = Promise.withResolvers<Found>()
    waiting.set(owner, [...own, { wants, bytes, until: performance.now() + timeoutMs, done }])
    void goOn()
    const found = await done.promise
    if (!known.has(key)) remember(key, found)
    return found
  }

  return {
    read: async (...asked) => (await ask('texts', ...asked)).filter((one) => 'text' in one),
    pictures: async (...asked) => (await ask('pictures', ...asked)).filter((one) => 'bytes' in one),
    async close() {
      clearTimeout(idle)
      const closing = worker
      worker = undefined
      await closing?.terminate()
    },
  }
}

/** A picture is as much as a short text. */
function lengthOf(found: Found): number {
  return found.reduce((length, one) => length + ('text' in one ? one.text.length : 64), 0)
}
