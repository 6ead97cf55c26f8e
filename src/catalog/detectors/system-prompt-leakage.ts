import { z } from 'zod'
import { type ConversationContext, defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { lastWordsFrom, wordsOf } from '../../core/text/text-words.ts'
import { piecesOf, type WordRuns, wordRuns } from '../../core/text/word-runs.ts'
import { clean, flagged } from './system-prompt-leakage/examples.ts'

const mostWords = 16

const settings = z.strictObject({
  words: z
    .number()
    .int()
    .min(5)
    .max(mostWords)
    .default(10)
    .describe('So many words of the system prompt in a row are a quotation of it.'),
})

export default defineDetector({
  id: 'system-prompt-leakage',
  title: 'Answers that quote the system prompt',
  about:
    'Compares answers and tool calls with the system prompts of their conversation, word by word: case, white space, marks and Markdown make no difference, and decoded views are read too. Ten words in a row are a quotation (a shorter prompt: all of it), unless they stand in the question or in the documents as well. A translation or a paraphrase is not found.',
  points: ['output', 'tool-call'],
  taxonomy: ['LLM07', 'AML.T0056'],
  rules: { 'instructions-quoted': 'leak' },
  isHarmlessInPart: true,
  maxSpan: 4096,
  openFrom: (text) => lastWordsFrom(text, 2 * mostWords),
  settings,
  examples: { flagged, clean },
  create: ({ words: length }) => {
    // By the list that a conversation has: a stream asks many times.
    const known = new WeakMap<readonly string[], WordRuns>()
    const runsOf = (instructions: readonly string[]): WordRuns => {
      const runs = known.get(instructions) ?? wordRuns(instructions, length, 5)
      known.set(instructions, runs)
      return runs
    }
    return (text, { conversation }) => {
      if (conversation === undefined || conversation.instructions.length === 0) return []
      const runs = runsOf(conversation.instructions)
      return distinctFindings(text.views.flatMap((view) => quoted(view, runs, conversation, length)))
    }
  },
})

function quoted(
  view: TextView,
  runs: WordRuns,
  { question, sources }: ConversationContext,
  length: number,
): readonly Finding[] {
  const words = wordsOf(view.text)
  const found = runs.in(words)
  if (found.length === 0) return []
  const elsewhere = wordRuns([...(question === undefined ? [] : [question]), ...sources], 5).in(words)
  return found.flatMap((run) => {
    let weight = 0
    for (let index = run.first; index < run.last; index++) weight += words.weights[index] ?? 0
    // Ten characters of Chinese are a few words only.
    if (weight < run.last - run.first && weight < 6) return []
    if (elsewhere.some(({ first, last }) => first <= run.first && last >= run.last)) return []
    const score = Math.min(1, 0.7 + weight / 100)
    return piecesOf(run, length).map(({ first, last }): Finding => {
      const span = view.spanOf(words.starts[first] ?? 0, words.ends[last - 1] ?? 0)
      return { rule: 'instructions-quoted', category: 'leak', score, span }
    })
  })
}
