import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

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

/** A `ModelProto` with one `Gather`, by hand: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
function tinyOnnx(): Buffer {
  const rows = Object.values(vectors)
  const table = Buffer.from(Float32Array.from(rows.flat()).buffer)
  const [float, int64] = [1, 7]
  const graph = [
    message(1, [text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')]),
    text(2, 'tiny'),
    message(5, [number(1, rows.length), number(1, dimensions), number(2, float), text(8, 'table'), bytes(9, table)]),
    message(11, valueInfo('input_ids', int64, ['batch', 'sequence'])),
    message(11, valueInfo('attention_mask', int64, ['batch', 'sequence'])),
    message(12, valueInfo('last_hidden_state', float, ['batch', 'sequence', dimensions])),
  ]
  return Buffer.concat([number(1, 8), message(8, [text(1, ''), number(2, 13)]), message(7, graph)])
}

function valueInfo(name: string, type: number, shape: readonly (string | number)[]): readonly Buffer[] {
  const sizes = shape.map((size) => message(1, [typeof size === 'string' ? text(2, size) : number(1, size)]))
  return [text(1, name), message(2, [message(1, [number(1, type), message(2, sizes)])])]
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts))
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function varint(value: number): Buffer {
  const found: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) found.push((rest % 128) + 128)
  return Buffer.from([...found, rest])
}
