import { Worker } from 'node:worker_threads'

export interface ThreadOptions<From> {
  /** File name, without its ending: `.ts` in a checkout, `.js` once built. */
  readonly name: string
  /** URL of a file in the same folder. */
  readonly beside: string
  readonly data: object
  onMessage(message: From): void
  /** It ended by itself; another starts in a moment. */
  onCrash(): void
}

export interface Thread<To> {
  tell(message: To): void
  /** Resolves when the thread has ended by itself, or was ended after `patienceMs`. */
  closed(patienceMs: number): Promise<void>
}

const RESTART_MS = 1000
/** Left alone, a thread that copies bodies grows its young generation to 60 MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

/** A worker thread that is replaced when it dies. */
export function startThread<To, From>({ name, beside, data, onMessage, onCrash }: ThreadOptions<From>): Thread<To> {
  const file = new URL(`./${name}.${beside.endsWith('.ts') ? 'ts' : 'js'}`, beside)
  let isClosing = false
  let restart: NodeJS.Timeout | undefined
  let ended = Promise.withResolvers<void>()
  let worker: Worker | undefined = start()

  function start(): Worker {
    ended = Promise.withResolvers()
    const started = new Worker(file, { workerData: data, name, stderr: false, execArgv: [], resourceLimits })
    started.on('message', onMessage)
    // What it says may quote a call; that it ended is enough.
    started.on('error', () => undefined)
    started.on('exit', () => {
      worker = undefined
      ended.resolve()
      if (isClosing) return
      onCrash()
      restart = setTimeout(() => {
        worker = start()
      }, RESTART_MS).unref()
    })
    return started
  }

  return {
    tell: (message) => worker?.postMessage(message),
    async closed(patienceMs) {
      isClosing = true
      clearTimeout(restart)
      if (worker === undefined) return
      const patience = setTimeout(() => void worker?.terminate(), patienceMs)
      await ended.promise
      clearTimeout(patience)
    },
  }
}
