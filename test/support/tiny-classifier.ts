import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { floatOutput, node, numbers, onnxFile } from './onnx-file.ts'

/** Pieces as SentencePiece has them, with what each says of an ordinary text and of an attack. */
const pieces: Readonly<Record<string, readonly [number, number]>> = {
  '[PAD]': [0, 0],
  '[CLS]': [3, -3],
  '[SEP]': [3, -3],
  '[UNK]': [3, -3],
  '▁': [0, -9],
  '▁ignore': [0, 9],
  '▁all': [0, -9],
  '▁instructions': [0, -9],
  '▁please': [0, -9],
  '▁word': [0, -9],
  s: [0, -9],
}

export interface TinyClassifier {
  readonly labels?: readonly string[]
  readonly maxTokens?: number
  /** Bytes in place of the model. */
  readonly onnx?: Buffer
}

/**
 * Writes a folder in the layout of DeBERTa v3 classifiers (Prompt Guard 2, PIGuard, ProtectAI): a Unigram tokenizer with
 * metaspaces, and a graph that takes the most that a token says. `▁ignore` is an attack wherever it stands.
 */
export async function writeTinyClassifier(
  folder: string,
  { labels = ['SAFE', 'INJECTION'], maxTokens = 12, onnx = classifier() }: TinyClassifier = {},
): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true })
  const names = Object.keys(pieces)
  const special = ['[PAD]', '[CLS]', '[SEP]', '[UNK]']
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
  const idOf = (name: string): number => names.indexOf(name)
  const files = {
    'config.json': {
      model_type: 'deberta-v2',
      architectures: ['DebertaV2ForSequenceClassification'],
      id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
      label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
      max_position_embeddings: 512,
      vocab_size: names.length,
    },
    'tokenizer_config.json': {
      tokenizer_class: 'DebertaV2Tokenizer',
      model_max_length: maxTokens,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    },
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content) => ({ id: idOf(content), content, ...flags })),
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
      post_processor: {
        type: 'TemplateProcessing',
        single: [
          { SpecialToken: { id: '[CLS]', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: '[SEP]', type_id: 0 } },
        ],
        pair: [
          { SpecialToken: { id: '[CLS]', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: '[SEP]', type_id: 0 } },
          { Sequence: { id: 'B', type_id: 1 } },
          { SpecialToken: { id: '[SEP]', type_id: 1 } },
        ],
        special_tokens: Object.fromEntries(
          ['[CLS]', '[SEP]'].map((name) => [name, { id: name, ids: [idOf(name)], tokens: [name] }]),
        ),
      },
      decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
      model: {
        type: 'Unigram',
        unk_id: idOf('[UNK]'),
        vocab: names.map((name) => [name, special.includes(name) ? 0 : -name.length]),
        byte_fallback: false,
      },
    },
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
  await writeFile(join(folder, 'onnx', 'model.onnx'), onnx)
}

/** What each token says, and the most of it. */
function classifier(): Buffer {
  const nodes = [
    node('Gather', ['table', 'input_ids'], 'said'),
    node('ReduceMax', ['said'], 'logits', [numbers('axes', [1]), numbers('keepdims', 0)]),
  ]
  return onnxFile(nodes, { name: 'table', rows: Object.values(pieces) }, floatOutput('logits', ['batch', 2]))
}
