import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { lineFrom } from '../../core/text/line-from.ts'
import { clean, flagged } from './classification-labels/examples.ts'
import { labelScan } from './classification-labels/label-scan.ts'
import { labels } from './classification-labels/labels.ts'

const settings = z.strictObject({
  labels: z
    .array(z.string().min(3).max(100))
    .max(1000)
    .optional()
    .describe('Labels of your own (rule `own-label`), in any case; those that a question only mentions are left.'),
})

export default defineDetector({
  id: 'classification-labels',
  title: 'Labels of classified documents',
  about:
    'Finds the markings that documents carry: of companies (confidential, internal only, privileged), of the Traffic Light Protocol, of NATO, the EU and states, of export control, and in headers such as "Classification: internal". Words that sentences have too count only where they stand as a label: in capitals, alone on a line, in brackets, or behind such a header. A question, or a sentence that only mentions a label ("should I mark it as internal use only?"), has none.',
  points: ['input', 'output', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0057'],
  rules: { ...Object.fromEntries(labels.map(([rule]) => [rule, 'classification'])), 'own-label': 'classification' },
  isHarmlessInPart: true,
  maxSpan: 200,
  openFrom: (text) => lineFrom(text, 200),
  settings,
  exampleSettings: { labels: ['Bluebird eyes only'] },
  examples: { flagged, clean },
  create: ({ labels: own = [] }) => {
    const find = labelScan(own.map((label) => label.toLowerCase()))
    return ({ views }) =>
      distinctFindings(
        views.flatMap((view) =>
          find(view.text).map(({ rule, score, start, end }) => ({
            rule,
            category: 'classification',
            score,
            span: view.spanOf(start, end),
          })),
        ),
      )
  },
})
