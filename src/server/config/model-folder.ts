/** A folder with a model that makes vectors, as an export for Transformers.js has it. */
import { statSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { join, resolve } from 'node:path'
import * as z from 'zod'

const modelPackage = '@huggingface/transformers'

/** Each has a file of its own in `onnx/`. */
const suffixes = { fp32: '', fp16: '_fp16', q8: '_quantized', int8: '_int8', uint8: '_uint8', q4: '_q4' } as const
type Precision = keyof typeof suffixes
const precisions = Object.keys(suffixes) as Precision[]

export const ModelFolder = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('Folder with `config.json`, `tokenizer.json` and `onnx/model.onnx`, from the working directory.'),
  precision: z
    .enum(precisions)
    .optional()
    .describe('Which file of `onnx/` is taken, such as `q8` for `model_quantized.onnx`. Default: the first there is.'),
  pooling: z
    .enum(['mean', 'cls', 'last_token'])
    .optional()
    .describe('How vectors of tokens become one. Default: as `1_Pooling/config.json` says, or `mean`.'),
})
export type ModelFolder = z.infer<typeof ModelFolder>

export interface LocalModelSettings extends Omit<ModelFolder, 'model'> {
  /** Absolute. */
  readonly folder: string
}

export function localModelSettings({ model, ...how }: ModelFolder): LocalModelSettings {
  return { folder: resolve(model), ...how }
}

/** What is loaded: as the configuration says, or the first that is there. */
export function modelFile({ folder, precision }: LocalModelSettings): { precision: Precision; name: string } {
  const chosen = precision ?? precisions.find((one) => isFile(folder, nameOf(one))) ?? 'fp32'
  return { precision: chosen, name: nameOf(chosen) }
}

function nameOf(precision: Precision): string {
  return `onnx/model${suffixes[precision]}.onnx`
}

/** Why the model cannot be loaded, as far as a look at the folder tells. */
export function modelFolderFault(section: ModelFolder, hasPackage = isInstalled): string | undefined {
  const settings = localModelSettings(section)
  const { folder } = settings
  if (!isThere(folder, (found) => found.isDirectory())) return `There is no folder \`${section.model}\` (${folder}).`
  const needed = ['config.json', 'tokenizer.json', 'tokenizer_config.json', modelFile(settings).name]
  const missing = needed.filter((name) => !isFile(folder, name))
  if (missing.length > 0)
    return `The folder \`${section.model}\` lacks ${missing.join(', ')}; it takes an export for Transformers.js.`
  if (!hasPackage())
    return `A local model needs the package \`${modelPackage}\`; install it beside the gateway: npm install ${modelPackage}.`
  return undefined
}

function isInstalled(): boolean {
  try {
    return findPackageJSON(modelPackage, import.meta.url) !== undefined
  } catch {
    return false
  }
}

function isFile(folder: string, name: string): boolean {
  return isThere(join(folder, name), (found) => found.isFile())
}

function isThere(path: string, isRight: (found: { isFile(): boolean; isDirectory(): boolean }) => boolean): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found !== undefined && isRight(found)
  } catch {
    return false
  }
}
