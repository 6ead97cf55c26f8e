/** Prompts with what became of them at models: what the difficulty of a prompt is learned from, and measured with. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Asked } from '../src/policy/difficulty/features.ts'

/** A prompt that a weak and a strong model have answered; qualities are of one scale within a source. */
export interface Outcome {
  readonly asked: Asked
  /** Outcomes of one group hang together: turns of a conversation. */
  readonly group: string
  readonly weak: Answer
  readonly strong: Answer
}

export interface Answer {
  readonly quality: number
  readonly characters: number
}

/** One that only a weak model has answered, and whether badly. */
export interface Failure {
  readonly asked: Asked
  readonly failed: boolean
}

/**
 * HaluEval, `general_data.json` (Li et al., 2023, MIT): queries of Alpaca's users, ChatGPT's answers, and whether people found
 * something made up in them.
 */
export function readFailures(data: string): readonly Failure[] {
  return lines(join(data, 'groundedness/halueval_general.jsonl')).map((row) => ({
    asked: askedOf([textOf(row['query'])]),
    failed: row['hallucination'] === 'yes',
  }))
}

/**
 * MT-Bench as RouteLLM judged it (Zheng et al., 2023; Ong et al., 2024; Apache-2.0): 80 conversations of two turns, answered by
 * Mixtral 8x7B and GPT-4 Turbo, each answer with a judge's score from 1 to 10. A second turn is asked with the first before it.
 */
export function readMtBench(data: string): readonly Outcome[] {
  const turns = Map.groupBy(
    lines(join(data, 'routing/mt_bench_judgements.jsonl')),
    (row) => `${String(row['question_id'])} ${String(row['turn'])}`,
  )
  return [...turns].map(([name, rows]) => {
    const judged = (isStrong: boolean): { readonly prompt: string; readonly quality: number } => {
      const row = rows.find(({ model }) => textOf(model).startsWith('gpt-4') === isStrong)
      if (row === undefined) throw new Error(`MT-Bench has no two answers for ${name}.`)
      return { prompt: textOf(row['user_prompt']), quality: Number(row['score']) }
    }
    const [weak, strong] = [judged(false), judged(true)]
    const answer = ({ prompt, quality }: typeof weak): Answer => ({ quality, characters: saidIn(prompt).answer.length })
    return {
      asked: askedOf(saidIn(strong.prompt).turns),
      group: name.split(' ', 1)[0] ?? '',
      weak: answer(weak),
      strong: answer(strong),
    }
  })
}

/**
 * A table whose first three columns are the prompt and whether a weak and a strong model were right (`True`, `False`), as in
 * RouteLLM's `evals/gsm8k/gsm8k_responses.csv` and `evals/mmlu/responses/*.csv`.
 */
export function readPairs(file: string): readonly Outcome[] {
  return csvRows(readFileSync(file, 'utf8'))
    .slice(1)
    .map(([prompt = '', weak, strong], index) => ({
      asked: askedOf([prompt]),
      group: String(index),
      weak: { quality: Number(weak?.toLowerCase() === 'true'), characters: 0 },
      strong: { quality: Number(strong?.toLowerCase() === 'true'), characters: 0 },
    }))
}

/** The directory of the data, or one sentence on what to do. */
export function dataDirectory(named: string | undefined): string | { readonly absent: string } {
  const directory = named ?? join(import.meta.dirname, '../../shared/data')
  return existsSync(join(directory, 'routing/mt_bench_judgements.jsonl'))
    ? directory
    : {
        absent: `There is no data in ${directory}, so nothing can be measured. Name with --data a directory with
groundedness/halueval_general.jsonl (data/general_data.json of github.com/RUCAIBox/HaluEval) and
routing/mt_bench_judgements.jsonl (routellm/evals/mt_bench/judgements.jsonl of github.com/lm-sys/RouteLLM).`,
      }
}

function askedOf(turns: readonly string[]): Asked {
  const [text = '', ...earlierTexts] = turns.toReversed()
  return {
    text,
    earlierTexts: earlierTexts.slice(0, 2),
    messages: turns.length * 2 - 1,
    tools: 0,
    wantsJson: false,
    wantsReasoning: false,
  }
}

/** The judge was shown the conversation: in its own form for one turn, and for two. */
function saidIn(prompt: string): { readonly turns: readonly string[]; readonly answer: string } {
  const single = /\[Question\]\n([\s\S]*?)\n\n\[The Start of/.exec(prompt)
  if (single?.[1] !== undefined) {
    const answer = /\[The Start of Assistant's Answer\]\n([\s\S]*)\n\[The End of Assistant/.exec(prompt)?.[1] ?? ''
    return { turns: [single[1]], answer }
  }
  const shown = prompt.slice(prompt.lastIndexOf('<|The Start of Assistant A'))
  const said = [
    ...shown.matchAll(/### User:\n([\s\S]*?)\n\n### Assistant A:\n([\s\S]*?)(?=\n\n### User:|\n\n<\|The End)/g),
  ]
  return { turns: said.map(([, user = '']) => user), answer: said.at(-1)?.[2] ?? '' }
}

function lines(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('The data has another form than it had.')
  return value
}

/** RFC 4180. */
function csvRows(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 2)
}
