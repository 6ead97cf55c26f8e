import { Worker } from 'node:worker_threads'

export interface ThreadOptions<From> {
  /** File name, without its ending: `.ts` in a checkout, `.js` once built. */
  readonly name: string
  /** URL of a file in the same folder. */
  readonly beside: string
  readonly data: object
  /** How long one that ends again and again is left alone at the most. Default: a second. */
  readonly maxRestartMs?: number
  onMessage(message: From): void
  /** It ended by itself; another starts in a moment. */
  onCrash(): void
}

export interface Thread<To> {
  tell(message: To): void
  /** Ends it as if it had ended by itself. */
  cut(): void
  /** Resolves when the thread has ended by itself, or was ended after `patienceMs`. */
  closed(patienceMs: number): Promise<void>
}

const RESTART_MS = 1000
/** Left alone, a thread that copies bodies grows its young generation to 60 MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

/** A worker thread that is replaced when it dies. */
export function startThread<To, From>({
  name,
  beside,
  data,
  maxRestartMs = RESTART_MS,
  onMessage,
  onCrash,
}: ThreadOptions<From>): Thread<To> {
  const file = new URL(`./${name}.${beside.endsWith('.ts') ? 'ts' : 'js'}`, beside)
  let isClosing = false
  let restartMs = RESTART_MS
  let restart: NodeJS.Timeout | undefined
  let ended = Promise.withResolvers<void>()
  let worker: Worker | undefined = start()

  function start(): Worker {
    ended = Promise.withResolvers()
    const startedAt = performance.now()
    const started = new Worker(file, { workerData: data, name, stderr: false, execArgv: [], resourceLimits })
    started.on('message', onMessage)
    // What it says may quote a call; that it ended is enough.
    started.on('error', () => undefined)
    started.on('exit', () => {
      worker = undefined
      ended.resolve()
      if (isClosing) return
      onCrash()
      if (performance.now() - startedAt > maxRestartMs) restartMs = RESTART_MS
      restart = setTimeout(() => {
        worker = start()
      }, restartMs).unref()
      restartMs = Math.min(maxRestartMs, 2 * restartMs)
    })
    return started
  }

  return {
    tell: (message) => worker?.postMessage(message),
    cut: () => void worker?.terminate(),
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
