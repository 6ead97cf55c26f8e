import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { floatOutput, node, onnxFile } from './onnx-file.ts'

/** Words that the model knows, each with its vector: close words mean the same. */
const vectors: Readonly<Record<string, readonly number[]>> = {
  '[PAD]': [0, 0, 0, 0],
  '[UNK]': [0, 0, 0, 0.001],
  cancel: [1, 0, 0, 0],
  end: [1, 0.1, 0, 0],
  subscription: [0, 1, 0, 0],
  membership: [0.1, 1, 0, 0],
  moon: [0, 0, 1, 0],
  broken: [Number.NaN, 0, 0, 0],
}
const dimensions = 4

export interface TinyModel {
  /** Bytes in place of the model. */
  readonly onnx?: Buffer
}

/**
 * Writes a folder with a whole model: a tokenizer of words, and a graph that looks each up in a table. `beyond` is a word that
 * the tokenizer knows and the table does not, so that the graph fails on it.
 */
export async function writeTinyModel(folder: string, { onnx = tinyOnnx() }: TinyModel = {}): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true })
  const vocab = Object.fromEntries([...Object.keys(vectors), 'beyond'].map((word, id) => [word, id]))
  const padding = { id: 0, content: '[PAD]', special: true }
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false }
  const files = {
    'config.json': { model_type: 'bert', hidden_size: dimensions, vocab_size: Object.keys(vectors).length },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: 16,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
    },
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [{ ...padding, ...flags }],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'Whitespace' },
      post_processor: null,
      decoder: null,
      model: { type: 'WordLevel', vocab, unk_token: '[UNK]' },
    },
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
  await writeFile(join(folder, 'onnx', 'model.onnx'), onnx)
}

/** One `Gather`: each word's vector. */
function tinyOnnx(): Buffer {
  const output = floatOutput('last_hidden_state', ['batch', 'sequence', dimensions])
  return onnxFile(
    [node('Gather', ['table', 'input_ids'], 'last_hidden_state')],
    { name: 'table', rows: Object.values(vectors) },
    output,
  )
}
