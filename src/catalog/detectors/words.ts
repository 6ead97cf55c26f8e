import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { termMatcher } from '../../core/text/term-matcher.ts'

const term = z
  .string()
  .max(200)
  .refine((text) => text.trim() !== '', 'A term needs a character.')

const settings = z
  .strictObject({
    required: z.array(term).max(1000).default([]).describe('Words and phrases of which each must be there.'),
    forbidden: z.array(term).max(100_000).default([]).describe('Words and phrases of which none may be there.'),
    matchCase: z.boolean().default(false).describe('Whether capitals and small letters differ.'),
    wholeWords: z.boolean().default(true).describe('`false`: also inside of other words.'),
  })
  .refine(({ required, forbidden }) => required.length + forbidden.length > 0, 'Name required or forbidden words.')

export default defineDetector({
  id: 'words',
  title: 'Required and forbidden words',
  about:
    'Looks for words and phrases of the settings. Forbidden ones are also found in decoded views of the text; required ones have to stand in the text as it is written. A missing word is a finding over the whole text.',
  points: ['output', 'input', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM05'],
  rules: { 'forbidden-word': 'shape', 'required-word-missing': 'shape' },
  maxSpan: Number.POSITIVE_INFINITY,
  openFrom: () => 0,
  settings,
  listFiles: {
    forbiddenFile: { list: 'forbidden', holds: 'lines' },
    requiredFile: { list: 'required', holds: 'lines' },
  },
  exampleSettings: {
    required: ['Not financial advice'],
    forbidden: ['guaranteed returns', 'insider', '稳赚', 'kein Risiko'],
    matchCase: false,
    wholeWords: true,
  },
  examples: {
    flagged: [
      { text: 'Buy now.', rule: 'required-word-missing' },
      { text: 'Not financial advice: it has Guaranteed   Returns.', rule: 'forbidden-word' },
      { text: 'An insider said so. Not financial advice.', rule: 'forbidden-word' },
      { text: 'Not financial advice. 这个产品稳赚不赔。', rule: 'forbidden-word' },
      { text: 'Es gibt kein\nRisiko. Not financial advice.', rule: 'forbidden-word' },
      { text: 'This is financial advice.', rule: 'required-word-missing' },
    ],
    clean: [
      { text: 'Shares may fall. Not financial advice.' },
      { text: 'NOT FINANCIAL ADVICE, but insiders differ.' },
      { text: 'Returns are not guaranteed. Not financial\nadvice.' },
      { text: 'Es gibt keinen Grund. Not financial advice!' },
    ],
  },
  create: ({ required, forbidden, matchCase, wholeWords }) => {
    const options = { matchCase, insideWords: !wholeWords }
    const findForbidden = termMatcher(forbidden, options)
    const findRequired = required.map((word) => termMatcher([word], options))
    return ({ text, views }) => {
      const findings: Finding[] = []
      if (findRequired.some((find) => find(text, 1).length === 0)) {
        const span = { start: 0, end: text.length }
        findings.push({ rule: 'required-word-missing', category: 'shape', score: 1, span })
      }
      if (forbidden.length === 0) return findings
      for (const view of views) {
        for (const { start, end } of findForbidden(view.text)) {
          findings.push({ rule: 'forbidden-word', category: 'shape', score: 1, span: view.spanOf(start, end) })
        }
      }
      return distinctFindings(findings)
    }
  },
})
