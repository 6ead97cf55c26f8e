import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { estimateTokens } from '../../core/model/estimate-tokens.ts'
import { characterEnds, sentenceEnds, wordEnds } from './length/measures.ts'

const bounds = z
  .strictObject({
    min: z.int().min(0).optional().describe('Less is `too-short`.'),
    max: z.int().min(0).optional().describe('More is `too-long`.'),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'Name `min`, `max` or both.')
  .refine(({ min = 0, max = min }) => min <= max, '`min` is above `max`.')

const settings = z
  .strictObject({
    characters: bounds.optional().describe('How many characters, with `min`, `max` or both.'),
    words: bounds.optional().describe('How many words.'),
    sentences: bounds.optional().describe('How many sentences.'),
    lines: bounds.optional().describe('How many lines.'),
    // As `core/model/estimate-tokens.ts` counts them.
    tokens: bounds.optional().describe('How many tokens, as the gateway estimates them before a call.'),
  })
  .refine((measures) => Object.keys(measures).length > 0, 'Name a measure.')

type Bounds = z.infer<typeof bounds>

export default defineDetector({
  id: 'length',
  title: 'Length',
  about:
    'Holds a text within bounds of characters, words, sentences, lines or estimated tokens. The finding of a text that is too long is what stands behind the limit; of one that is too short, all of it.',
  points: ['output', 'input', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM10'],
  rules: { 'too-long': 'shape', 'too-short': 'shape' },
  maxSpan: Number.POSITIVE_INFINITY,
  openFrom: () => 0,
  settings,
  exampleSettings: { words: { min: 2, max: 8 }, sentences: { max: 2 }, characters: { max: 60 } },
  examples: {
    flagged: [
      { text: 'No.', rule: 'too-short' },
      { text: 'One two three four five six seven eight nine.', rule: 'too-long' },
      { text: 'It is. It was. It will be.', rule: 'too-long' },
      { text: `It is ${'long '.repeat(3)}${'o'.repeat(60)}`, rule: 'too-long' },
      { text: '东京今天的天气怎么样？我想知道明天会不会下雨。', rule: 'too-long' },
    ],
    clean: [
      { text: 'It is so.' },
      { text: 'One two three four five six seven eight.' },
      { text: 'It costs 3.50 today. Come in.' },
      { text: "It's a well-known one: don't ask." },
    ],
  },
  create: ({ characters, words, sentences, lines, tokens }) => {
    const measures: ((text: string) => Finding | undefined)[] = []
    const counted = (limits: Bounds | undefined, ends: (text: string) => Iterable<number>) => {
      if (limits !== undefined) measures.push((text) => ofCount(text, limits, ends(text)))
    }
    counted(characters, characterEnds)
    counted(words, wordEnds)
    counted(sentences, sentenceEnds)
    counted(lines, lineEnds)
    if (tokens !== undefined) measures.push((text) => ofTokens(text, tokens))
    return ({ text }) => measures.flatMap((measure) => measure(text) ?? [])
  },
})

function ofCount(text: string, { min = 0, max }: Bounds, ends: Iterable<number>): Finding | undefined {
  let count = 0
  let last = 0
  for (const end of ends) {
    if (count++ === max) return found('too-long', last, text.length)
    last = end
  }
  return count < min ? found('too-short', 0, text.length) : undefined
}

function ofTokens(text: string, { min = 0, max = Number.POSITIVE_INFINITY }: Bounds): Finding | undefined {
  const tokens = estimateTokens(text)
  if (tokens < min) return found('too-short', 0, text.length)
  if (tokens <= max) return undefined
  let within = 0
  let beyond = text.length
  while (beyond - within > 1) {
    const middle = (within + beyond) >> 1
    if (estimateTokens(text.slice(0, middle)) > max) beyond = middle
    else within = middle
  }
  return found('too-long', within, text.length)
}

function* lineEnds(text: string): Iterable<number> {
  if (text === '') return
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (at + 1 < text.length) yield at + 1
  yield text.length
}

function found(rule: 'too-long' | 'too-short', start: number, end: number): Finding {
  return { rule, category: 'shape', score: 1, span: { start, end } }
}
