/** Entry of the thread that makes vectors with a model of a folder: neither loading nor computing holds up calls. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { modelFile } from '../config/model-folder.ts'
import { serveModel, sessionOptions } from './serve-model.ts'

/** A model of this many numbers is none for texts. */
const maxDimensions = 16_384

/** How a sentence-transformers folder says that vectors of tokens become one. */
const PoolingFile = z.object({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_lasttoken: z.boolean().optional(),
})

await serveModel<Float32Array>(async ({ pipeline }, settings) => {
  const { folder, pooling = poolingOf(folder) } = settings
  const model = await pipeline('feature-extraction', folder, {
    dtype: modelFile(settings).precision,
    device: 'cpu',
    local_files_only: true,
    session_options: sessionOptions,
  })
  return {
    how: pooling,
    async answer(text) {
      const { data, dims } = await model(text, { pooling })
      if (!(data instanceof Float32Array) || data.length !== dims.at(-1) || data.length > maxDimensions)
        throw new Error('It gives no vectors of texts.')
      return Float32Array.from(data)
    },
  }
})

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
