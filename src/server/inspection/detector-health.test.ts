import { expect, it } from 'vitest'
import { GatewayError } from '../../core/errors.ts'
import type { CompiledDetector } from '../../core/inspection/guardrail.ts'
import { createDetectorHealth } from './detector-health.ts'

const detector = (id: string): CompiledDetector => ({ id, key: id, maxSpan: 1, points: ['input'], detect: () => [] })

it('a detector that fails is named with its guardrails once a minute, without what it read', () => {
  const lines: string[] = []
  let time = 0
  const { failed } = createDetectorHealth(
    (line) => lines.push(line),
    () => time,
  )
  failed(new TypeError('cannot read "the text"'), detector('pii'), ['people'])
  failed(new TypeError('again'), detector('pii'), ['people'])
  failed(new GatewayError('upstream_timeout', 'It took too long.'), detector('webhook'), ['one', 'two'])
  failed(new GatewayError('client_closed', 'The client left.'), detector('webhook-2'), [])
  time = 60_001
  failed('odd', detector('pii'), [])
  expect(lines).toEqual([
    'the detector "pii" of the guardrail "people" could not look at a text: TypeError',
    'the detector "webhook" of the guardrails "one", "two" could not look at a text: upstream_timeout',
    'the detector "pii" could not look at a text: string (1 more times before)',
  ])
})
