/** Entry of the thread that has a model of a folder: neither loading nor computing holds up calls. */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline as piped } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import * as z from 'zod'
import { type LocalModelSettings, modelFile } from '../config/model-folder.ts'

export type ToModelThread =
  | { readonly type: 'embed'; readonly number: number; readonly text: string }
  | { readonly type: 'close' }

export type FromModelThread =
  /** `digest`: of the files, so that vectors of two models are never compared. */
  | { readonly type: 'ready'; readonly digest: string }
  /** It cannot be loaded, and the thread ends. `fault` is for who runs the gateway. */
  | { readonly type: 'failed'; readonly fault: string }
  /** Without a vector, the model did not take the text. */
  | { readonly type: 'embedded'; readonly number: number; readonly vector?: Float32Array }

/** A model of this many numbers is none for texts. */
const maxDimensions = 16_384

/** How a sentence-transformers folder says that vectors of tokens become one. */
const PoolingFile = z.object({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional(),
})

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const tell = (message: FromModelThread): void => port.postMessage(message)
const settings = workerData as LocalModelSettings

const embed = await loaded(settings)

port.on('message', (message: ToModelThread) => {
  if (message.type === 'close') process.exit()
  const { number, text } = message
  embed?.(text).then(
    (vector) => tell({ type: 'embedded', number, vector }),
    () => tell({ type: 'embedded', number }),
  )
})

async function loaded(settings: LocalModelSettings) {
  const { folder } = settings
  try {
    const { pooling = poolingOf(folder) } = settings
    const { env, LogLevel, pipeline } = await import('@huggingface/transformers')
    env.allowRemoteModels = false
    globalThis.fetch = () => Promise.reject(new Error('A local model asks nobody.'))
    env.fetch = globalThis.fetch
    env.useFSCache = false
    env.useBrowserCache = false
    env.logLevel = LogLevel.NONE
    const model = await pipeline('feature-extraction', folder, {
      dtype: modelFile(settings).precision,
      device: 'cpu',
      local_files_only: true,
      // One core: the others are for calls.
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 },
    })
    const vectorOf = async (text: string): Promise<Float32Array> => {
      const { data, dims } = await model(text, { pooling })
      if (!(data instanceof Float32Array) || data.length !== dims.at(-1) || data.length > maxDimensions)
        throw new Error('It gives no vectors of texts.')
      return Float32Array.from(data)
    }
    await vectorOf('a')
    tell({ type: 'ready', digest: await digestOf(settings, pooling) })
    return vectorOf
  } catch (fault) {
    tell({ type: 'failed', fault: fault instanceof Error ? fault.message : 'unknown fault' })
    // Once the message has left.
    setImmediate(() => process.exit(1))
    return undefined
  }
}

function poolingOf(folder: string): 'mean' | 'cls' | 'last_token' {
  let text: string
  try {
    text = readFileSync(join(folder, '1_Pooling', 'config.json'), 'utf8')
  } catch {
    return 'mean'
  }
  const { pooling_mode_cls_token: isFirst, pooling_mode_lasttoken: isLast } = PoolingFile.parse(JSON.parse(text))
  return isFirst === true ? 'cls' : isLast === true ? 'last_token' : 'mean'
}

async function digestOf(settings: LocalModelSettings, pooling: string): Promise<string> {
  const hash = createHash('sha256').update(`${pooling} `)
  for (const name of ['tokenizer.json', modelFile(settings).name])
    await piped(createReadStream(join(settings.folder, name)), hash, { end: false })
  return hash.digest('hex').slice(0, 16)
}
