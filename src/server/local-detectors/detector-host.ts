import { GatewayError } from '../../core/errors.ts'
import type { DetectorFile, FilePatience, FileQuestion } from '../../core/inspection/detector-file.ts'
import type { StorageTeller } from '../../core/record/storage-state.ts'
import { type FromDetector, MAX_MESSAGE, type ToDetector } from './detector-talk.ts'
import { type LoadedFile, loadedFile } from './loaded-file.ts'
import { type DetectorProcess, startDetectorProcess } from './start-process.ts'

const MAX_WAITING = 256
/** A machine that is busy takes long to start a program. */
const LOAD_MS = 10_000
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 30_000
/** One that has answered so often may end once more before anybody waits for it. */
const WELL_ANSWERS = 16
const MEMORY_LOOK_MS = 100

export interface DetectorHostHooks {
  /** How it is doing, in a sentence that names no folder. */
  readonly tell: StorageTeller
  /** Why, for who runs the gateway. Never holds anything of a text. */
  warn(message: string): void
}

/** The detector of a file, in a process that is asked one question after the other and is started again when it ends. */
export interface DetectorHost {
  /** What the file says of itself, or why it cannot be used. */
  loaded(): Promise<LoadedFile>
  /** What it answered, unchecked. Rejects with a `GatewayError`. */
  ask(question: FileQuestion, patience: FilePatience): Promise<unknown>
  /** Resolves when the process is gone. */
  close(): Promise<void>
}

interface Job {
  readonly message: string
  readonly timeoutMs: number
  readonly number: number
  resolve(findings: unknown): void
  reject(fault: GatewayError): void
}

interface Running {
  readonly process: DetectorProcess
  /** Until it is loaded. */
  readonly load: NodeJS.Timeout
  answers: number
  /** Why it is being ended: nothing that it still says counts. */
  endedFor: string | undefined
  /** `undefined`: it is being loaded. */
  loaded: LoadedFile | undefined
}

export function openDetectorHost(file: DetectorFile, { tell, warn }: DetectorHostHooks): DetectorHost {
  const waiting: Job[] = []
  let count = 0
  /** How often it ended in a row. */
  let ends = 0
  let isClosed = false
  let current: { readonly job: Job; readonly budget: NodeJS.Timeout } | undefined
  let pause: NodeJS.Timeout | undefined
  let loading = Promise.withResolvers<LoadedFile>()
  let running: Running | undefined = start()
  const watch = setInterval(() => {
    if (current !== undefined) void running?.process.checkMemory()
  }, MEMORY_LOOK_MS).unref()

  function start(): Running {
    const started: Running = {
      load: setTimeout(() => end(started, `took longer than ${LOAD_MS} ms to be loaded`), LOAD_MS),
      process: startDetectorProcess((message) => {
        if (running === started && started.endedFor === undefined) hear(started, message)
      }),
      answers: 0,
      endedFor: undefined,
      loaded: undefined,
    }
    void started.process.ended.then(() => {
      clearTimeout(started.load)
      if (running === started) gone(started)
    })
    started.process.tell(messageOf({ type: 'load', ...file }))
    return started
  }

  function hear(started: Running, message: FromDetector): void {
    const isOfLoading = message.type === 'ready' || message.type === 'failed'
    // An answer to another question than this one is none: what it says would be of another text.
    if (isOfLoading ? started.loaded !== undefined : message.number !== current?.job.number)
      end(started, 'said something that nobody asked')
    else if (isOfLoading) loaded(started, loadedFile(message))
    else answered(started, message)
  }

  function loaded(started: Running, file: LoadedFile): void {
    started.loaded = file
    clearTimeout(started.load)
    loading.resolve(file)
    if ('fault' in file) {
      end(started, file.fault)
      return
    }
    tell(undefined)
    next()
  }

  function answered(started: Running, message: Exclude<FromDetector, { type: 'ready' | 'failed' }>): void {
    const job = current?.job
    started.answers++
    clearTimeout(current?.budget)
    current = undefined
    if (message.type === 'threw') {
      warn(`The detector ${file.name} threw an error${message.line === undefined ? '' : ` at line ${message.line}`}.`)
      job?.reject(failed('The detector of a file threw an error.'))
    } else if (message.excess === true) job?.reject(failed('The detector of a file found more than is taken.'))
    else job?.resolve(message.findings)
    next()
  }

  function next(): void {
    if (current !== undefined || running?.loaded === undefined || running.endedFor !== undefined) return
    const job = waiting.shift()
    if (job === undefined) return
    const asked = running
    const budget = setTimeout(() => {
      job.reject(new GatewayError('upstream_timeout', `The detector of a file took longer than ${job.timeoutMs} ms.`))
      end(asked, `took longer than ${job.timeoutMs} ms`)
    }, job.timeoutMs)
    current = { job, budget }
    asked.process.tell(job.message)
  }

  /** Another one starts when it is gone. */
  function end(started: Running, because: string): void {
    started.endedFor = because
    started.process.kill()
  }

  function gone({ answers, loaded, endedFor }: Running): void {
    const reason = endedFor ?? (loaded === undefined ? 'ended while it was loaded' : 'ended by itself')
    running = undefined
    clearTimeout(current?.budget)
    current?.job.reject(new GatewayError('upstream_reset', 'The detector of a file had its process end.'))
    current = undefined
    if (isClosed) return
    if (answers >= WELL_ANSWERS) ends = 0
    const pauseMs = ends === 0 ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (ends - 1))
    ends++
    loading.resolve({ fault: `It ${reason}.` })
    loading = Promise.withResolvers()
    warn(`The detector ${file.name}: ${reason}; it is started again.`)
    if (pauseMs === 0) {
      running = start()
      return
    }
    tell(`The detector ${file.name} has ended several times; it is started again.`)
    for (const job of waiting.splice(0)) job.reject(notThere())
    pause = setTimeout(() => {
      running = start()
    }, pauseMs).unref()
  }

  return {
    loaded: () => loading.promise,
    ask(question, { timeoutMs, signal }) {
      if (isClosed || running === undefined) return Promise.reject(notThere())
      if (waiting.length >= MAX_WAITING)
        return Promise.reject(failed('Too many texts wait for the detector of a file.'))
      const number = ++count
      const message = messageOf({ type: 'ask', number, ...question })
      if (message.length > MAX_MESSAGE)
        return Promise.reject(failed('The conversation is too long for the detector of a file.'))
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          const place = waiting.indexOf(job)
          if (place < 0) return
          waiting.splice(place, 1)
          job.reject(new GatewayError('client_closed', 'Nobody waits for the detector of a file any more.'))
        }
        const over = (): void => signal?.removeEventListener('abort', leave)
        const job: Job = {
          message,
          timeoutMs,
          number,
          resolve(findings) {
            over()
            resolve(findings)
          },
          reject(fault) {
            over()
            reject(fault)
          },
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.push(job)
        next()
      })
    },
    async close() {
      isClosed = true
      clearTimeout(pause)
      clearInterval(watch)
      for (const job of waiting.splice(0)) job.reject(notThere())
      running?.process.kill()
      await running?.process.ended
      loading.resolve({ fault: 'It was ended.' })
      tell(undefined)
    },
  }
}

function messageOf(message: ToDetector): string {
  return JSON.stringify(message)
}

function notThere(): GatewayError {
  return failed('The detector of a file is not running.')
}

function failed(message: string): GatewayError {
  return new GatewayError('upstream_unreachable', message)
}
