import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { codeBlocks, openBlockFrom } from './source-code/code-blocks.ts'
import { clean, flagged } from './source-code/examples.ts'
import { languageOf, languages } from './source-code/languages.ts'

/** Longer blocks are reported in pieces. */
const longestPiece = 8192

const settings = z.strictObject({
  lines: z
    .number()
    .int()
    .min(2)
    .max(1000)
    .default(5)
    .describe('From how many lines on, blank ones not counted, code is a finding.'),
})

export default defineDetector({
  id: 'source-code',
  title: 'Source code',
  about:
    'Finds blocks of program code, in fences or not, by how their lines are built, and names the language. Configuration and data (JSON, YAML, logs) are no source code, nor is a line of code in a sentence.',
  points: ['input', 'output', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0057'],
  rules: Object.fromEntries(
    [...languages.map(({ id }) => `code-${id}`), 'code-other'].map((rule) => [rule, 'source-code']),
  ),
  isHarmlessInPart: true,
  maxSpan: longestPiece,
  openFrom: (text) => Math.max(0, text.length - longestPiece, openBlockFrom(text)),
  settings,
  examples: { flagged, clean },
  create: ({ lines }) => {
    const inView = (view: TextView): readonly Finding[] =>
      codeBlocks(view.text, lines).flatMap(({ start, end, tag, lines: count, code }) => {
        const language = languageOf(view.text.slice(start, end), tag)
        if (language === undefined) return []
        // A fence that says nothing may hold a table or what a program printed.
        if (tag === '' && code * 2 < count) return []
        // Nor is a row of equations a program.
        if (tag === undefined && language === 'other' && !isBuilt(view.text.slice(start, end))) return []
        const pieces: Finding[] = []
        const score = tag !== undefined || language !== 'other' ? 0.9 : 0.7
        for (let at = start; at < end; at += longestPiece) {
          const span = view.spanOf(at, Math.min(end, at + longestPiece))
          pieces.push({ rule: `code-${language}`, category: 'source-code', score, span })
        }
        return pieces
      })
    // What decodes to text is looked at; ROT13 and the like make no code of it.
    return ({ views }) =>
      distinctFindings(views.filter(({ kind }) => kind === 'original' || kind === 'base64').flatMap(inView))
  },
})

/** Statements or blocks end on three lines at least. */
function isBuilt(block: string): boolean {
  return (block.slice(0, longestPiece).match(/[;{]\s*$/gm)?.length ?? 0) >= 3
}
