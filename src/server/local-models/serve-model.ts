/** The thread's side of a model of a folder: loading it, and computing one text after the other. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline as piped } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type LocalModelSettings, modelFile } from '../config/model-folder.ts'

export type ToModelThread =
  | { readonly type: 'ask'; readonly number: number; readonly text: string }
  | { readonly type: 'close' }

export type FromModelThread<Value> =
  /** `digest`: of the files and of how they are used, so that what two models say is never mixed. */
  | { readonly type: 'ready'; readonly digest: string }
  /** It cannot be loaded, and the thread ends. `fault` is for who runs the gateway. */
  | { readonly type: 'failed'; readonly fault: string }
  /** Without a value, the model did not take the text. */
  | { readonly type: 'answered'; readonly number: number; readonly value?: Value }

type Transformers = typeof import('@huggingface/transformers')

/** A model that is loaded. */
export interface LoadedModel<Value> {
  answer(text: string): Promise<Value>
  /** How it is used, for the digest. */
  readonly how: string
}

/** One core: the others are for calls. */
export const sessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 } as const

/** For the entry of a thread: answers what it is asked, once the model is loaded and has answered one text. */
export async function serveModel<Value>(
  load: (transformers: Transformers, settings: LocalModelSettings) => Promise<LoadedModel<Value>>,
): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('This file is the entry of a worker thread.')
  const tell = (message: FromModelThread<Value>): void => port.postMessage(message)
  const settings = workerData as LocalModelSettings
  let model: LoadedModel<Value>
  try {
    model = await load(await alone(), settings)
    await model.answer('a')
    tell({ type: 'ready', digest: await digestOf(settings, model.how) })
  } catch (fault) {
    tell({ type: 'failed', fault: fault instanceof Error ? fault.message : 'unknown fault' })
    // Once the message has left.
    setImmediate(() => process.exit(1))
    return
  }
  port.on('message', (message: ToModelThread) => {
    if (message.type === 'close') process.exit()
    const { number, text } = message
    model.answer(text).then(
      (value) => tell({ type: 'answered', number, value }),
      () => tell({ type: 'answered', number }),
    )
  })
}

/** The library, which asks nobody and keeps nothing. */
async function alone(): Promise<Transformers> {
  const transformers = await import('@huggingface/transformers')
  const { env, LogLevel } = transformers
  env.allowRemoteModels = false
  globalThis.fetch = () => Promise.reject(new Error('A local model asks nobody.'))
  env.fetch = globalThis.fetch
  env.useFSCache = false
  env.useBrowserCache = false
  env.logLevel = LogLevel.NONE
  return transformers
}

async function digestOf(settings: LocalModelSettings, how: string): Promise<string> {
  const hash = createHash('sha256').update(`${how} `)
  for (const name of ['tokenizer.json', modelFile(settings).name])
    await piped(createReadStream(join(settings.folder, name)), hash, { end: false })
  return hash.digest('hex').slice(0, 16)
}
