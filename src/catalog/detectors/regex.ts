import { RE2JS } from 're2js'
import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'

/** Patterns that look far ahead cost the length of the text for each match: what follows so many is one finding. */
const maxMatches = 64

const pattern = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'takes small letters, digits and dashes, at most 64')
      .default('pattern')
      .describe(
        'The rule of its findings, for `rules` of the guardrail and its exceptions: small letters, digits and dashes.',
      ),
    pattern: z.string().min(1).max(2000).describe('A regular expression of RE2: no look-around, no back-references.'),
    flags: z
      .string()
      .regex(/^[ims]{0,3}$/, 'takes `i`, `m` and `s`')
      .default('')
      .describe('`i`: any case, `m`: `^` and `$` at lines, `s`: `.` matches line ends.'),
    category: z.string().min(1).max(64).default('custom').describe('The category of its findings.'),
    score: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('How sure a finding is; the `threshold` of the guardrail looks at it.'),
  })
  .superRefine(({ pattern, flags }, context) => {
    try {
      if (compiled(pattern, flags).matches('')) {
        context.addIssue({ code: 'custom', path: ['pattern'], message: 'It matches a text without a character.' })
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      context.addIssue({ code: 'custom', path: ['pattern'], message: `${reason} (patterns are those of RE2).` })
    }
  })

const settings = z.strictObject({
  patterns: z.array(pattern).min(1).max(200).describe('What is looked for.'),
})

export default defineDetector({
  id: 'regex',
  title: 'Patterns of your own',
  about:
    'Finds what regular expressions of the settings match, also in decoded views of the text. They run on RE2, whose time grows with the length of the text and never explodes; it has no look-around and no back-references. The rule of a finding is the name of its pattern.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'LLM05'],
  rules: { pattern: 'custom' },
  // Several patterns may go by one name, and each has its own category.
  rulesOf: ({ patterns }) => {
    const named = Map.groupBy(patterns, ({ name }) => name)
    return Object.fromEntries(Array.from(named, ([name, all]) => [name, all.map(({ category }) => category)]))
  },
  maxSpan: 1024,
  settings,
  exampleSettings: {
    patterns: [
      { name: 'ticket', pattern: '\\bPRJ-\\d{4,8}\\b', flags: '', category: 'custom', score: 1 },
      {
        name: 'project-name',
        pattern: 'project (nightfall|daybreak)',
        flags: 'i',
        category: 'confidential',
        score: 0.9,
      },
      { name: 'pattern', pattern: '^BEGIN INTERNAL$.*?^END INTERNAL$', flags: 'ms', category: 'custom', score: 1 },
    ],
  },
  examples: {
    flagged: [
      { text: 'The ticket is PRJ-20931, please close it.', rule: 'ticket' },
      { text: 'When does Project Nightfall start?', rule: 'project-name' },
      { text: 'PROJECT DAYBREAK was cancelled.', rule: 'project-name' },
      { text: 'See:\nBEGIN INTERNAL\nroadmap\nEND INTERNAL\nThanks.', rule: 'pattern' },
      { text: '{"ticket":"PRJ-00012345"}', point: 'tool-call', rule: 'ticket' },
    ],
    clean: [
      { text: 'PRJ-123 has too few digits.' },
      { text: 'XPRJ-20931 is another number.' },
      { text: 'The project at nightfall was cold.' },
      { text: 'BEGIN INTERNAL and END INTERNAL on one line.' },
      { text: '' },
    ],
  },
  create: ({ patterns }) => {
    const rules = patterns.map(({ name, pattern, flags, category, score }) => {
      return { rule: name, category, score, expression: compiled(pattern, flags) }
    })
    return ({ views }) => {
      const findings: Finding[] = []
      for (const view of views) for (const rule of rules) collect(view, rule, findings)
      return distinctFindings(findings)
    }
  },
})

interface Rule extends Omit<Finding, 'span'> {
  readonly expression: RE2JS
}

function collect(view: TextView, { rule, category, score, expression }: Rule, findings: Finding[]): void {
  const matcher = expression.matcher(view.text)
  for (let count = 1; matcher.find(); count++) {
    const end = count === maxMatches ? view.text.length : matcher.end()
    if (end > matcher.start()) findings.push({ rule, category, score, span: view.spanOf(matcher.start(), end) })
    if (count === maxMatches) return
  }
}

function compiled(pattern: string, flags: string): RE2JS {
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  return RE2JS.compile(pattern, bits)
}
