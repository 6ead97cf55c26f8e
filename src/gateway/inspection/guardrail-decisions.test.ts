import { expect, test } from 'vitest'
import type { Guardrail } from '../../core/inspection/guardrail.ts'
import { decisionsOf } from './guardrail-decisions.ts'

const guardrail: Guardrail = {
  id: 'injection',
  detector: 'prompt-injection',
  detectorKey: 'prompt-injection:1',
  points: ['input'],
  state: 'enforce',
  action: 'deny',
  redaction: 'mask',
  threshold: 0.5,
  scope: {},
  exceptions: [],
}

test.each([
  [0.9120535998053005, 0.912],
  [0.55, 0.55],
  [0.00001, 0.001],
  [1, 1],
])('a score of %d goes on record as %d', (score, shown) => {
  const finding = { rule: 'direct-injection', category: 'injection', score, span: { start: 0, end: 4 } }
  const judged = {
    text: { text: 'text', point: 'input', place: null },
    judgements: [{ guardrail, findings: [finding] }],
  } as const
  expect(decisionsOf([judged], 'id', 'v')[0]?.findings[0]?.score).toBe(shown)
})
