import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import { lineFrom } from '../../core/text/line-from.ts'
import { clean, flagged } from './classification-labels/examples.ts'
import { labelScan } from './classification-labels/label-scan.ts'
import { labels } from './classification-labels/labels.ts'

const settings = z.strictObject({})

export default defineDetector({
  id: 'classification-labels',
  title: 'Labels of classified documents',
  about:
    'Finds the markings that documents carry: of companies (confidential, internal only, privileged), of the Traffic Light Protocol, of NATO, the EU and states, of export control, and in headers such as "Classification: internal". Words that sentences have too count only where they stand as a label: in capitals, alone on a line, in brackets, or behind such a header.',
  points: ['input', 'output', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0057'],
  rules: Object.fromEntries(labels.map(([rule]) => [rule, 'classification'])),
  isHarmlessInPart: true,
  maxSpan: 200,
  openFrom: (text) => lineFrom(text, 200),
  settings,
  examples: { flagged, clean },
  create: () => {
    const find = labelScan()
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
