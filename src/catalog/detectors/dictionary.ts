import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { termMatcher } from '../../core/text/term-matcher.ts'

const longestTerm = 160

const settings = z.strictObject({
  terms: z
    .array(
      z
        .string()
        .max(longestTerm)
        .refine((term) => term.trim().length >= 2, 'A term needs two characters.'),
    )
    .min(1)
    .max(200_000)
    .describe(
      'Words and phrases: code names, customers, products that nobody knows of yet. Many stand better in a file that `termsFile` names.',
    ),
  caseSensitive: z.boolean().default(false).describe('Whether capitals and small letters differ.'),
  wholeWord: z.boolean().default(true).describe('`false`: also inside of other words.'),
})

export default defineDetector({
  id: 'dictionary',
  title: 'Dictionary of your own',
  about:
    'Finds the words and phrases that you list, thousands of them in one pass, also where they are written in look-alike letters, with invisible characters, in base64 or backwards. White space of any kind and length is one blank.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0057'],
  rules: { 'dictionary-term': 'confidential' },
  maxSpan: longestTerm * 4,
  openFrom,
  settings,
  listFiles: { termsFile: { list: 'terms', holds: 'lines' } },
  exampleSettings: {
    terms: ['Project Nightingale', 'Kestrel-7', 'Bluebird Holdings', 'Übernahme Falke', '青鸟计划', 'ACME Turbine'],
    caseSensitive: false,
    wholeWord: true,
  },
  examples: {
    flagged: [
      'When does Project Nightingale ship?',
      'PROJECT NIGHTINGALE is late.',
      'project\n  nightingale, phase two',
      'Ask about project-adjacent "Project Nightingale".',
      'The Kestrel‑7 has a new wing.',
      'kestrel-7: mass 4 kg',
      'Bluebird Holdings, the buyer',
      'Der Vertrag zur Übernahme Falke liegt bei.',
      'übernahme  falke',
      '请翻译青鸟计划的摘要。',
      'acme turbine blades',
      'An e-mail to Bluebird\u00a0Holdings.',
      'Pr\u043eject Nightingale in Cyrillic letters',
      'Project Night\u200bingale with a hidden blank',
      'UHJvamVjdCBOaWdodGluZ2FsZSBpcyBzZWNyZXQ=',
      '(Kestrel-7)',
      '**ACME Turbine**',
      '"codename":"Kestrel-7"',
      'ACME Turbine/Kestrel-7',
      'Project Nightingale&#39;s budget',
    ].map((text) => ({ text, rule: 'dictionary-term' })),
    clean: [
      'A nightingale sings in the project garden.',
      'Project Nightingales was a film.',
      'The kestrel is a falcon; 7 of them nest here.',
      'Kestrel-77 is another aircraft.',
      'Bluebird sings. Holdings of gold rose.',
      'Die Übernahme scheiterte, der Falke flog.',
      '青鸟是一种鸟。',
      'ACME has a turbine.',
      'turbine acme',
      'Project "Night"',
      'Microkestrel-7b',
      'Holdings Bluebird',
      'Projects: Nightingale Ward',
      'project nightingal',
      'Falke Übernahme',
      'the acme of turbine design',
      'bluebirdholdings.example',
      'Projekt Nachtigall',
      'ProjectNightingale',
      'Kestrel 7',
    ].map((text) => ({ text })),
  },
  create: ({ terms, caseSensitive, wholeWord }) => {
    const find = termMatcher(terms, { matchCase: caseSensitive, insideWords: !wholeWord })
    return ({ views }) => {
      const findings: Finding[] = []
      for (const view of views) {
        for (const { start, end } of find(view.text)) {
          findings.push({ rule: 'dictionary-term', category: 'confidential', score: 1, span: view.spanOf(start, end) })
        }
      }
      return distinctFindings(findings)
    }
  },
})

/** The longest term may begin so many characters back, runs of white space counted as one. */
function openFrom(text: string): number {
  let [at, count] = [text.length, 0]
  while (at > 0 && count <= longestTerm) {
    at -= 1
    if (!/\s/.test(text[at] ?? '') || !/\s/.test(text[at - 1] ?? '')) count += 1
  }
  return at
}
