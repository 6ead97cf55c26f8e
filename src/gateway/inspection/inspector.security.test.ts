import { expect, test } from 'vitest'
import type { CompiledDetector, Guardrail, Guardrails } from '../../core/inspection/guardrail.ts'
import { createInspector } from './inspector.ts'

const guardrail: Guardrail = {
  id: 'watch',
  detector: 'slow',
  detectorKey: 'slow',
  state: 'enforce',
  action: 'deny',
  redaction: 'mask',
  points: ['input'],
  threshold: 0.5,
  scope: {},
  exceptions: [],
}
const facts = { workspace: 'default', key: 'k', now: 0 }

/** Its detector takes some milliseconds for each part of a text, on a clock of its own. */
function slowly(partMs: number) {
  let now = 0
  let parts = 0
  const detector: CompiledDetector = {
    id: 'slow',
    key: 'slow',
    points: ['input'],
    maxSpan: 100,
    detect: () => {
      now += partMs
      parts += 1
      return []
    },
  }
  const guardrails: Guardrails = {
    all: [guardrail],
    detectors: new Map([['slow', detector]]),
    version: '1',
    isFailingOpen: false,
    timeoutMs: 5000,
  }
  const faults: (string | undefined)[] = []
  const inspector = createInspector({
    guardrails,
    policy: {
      applies: () => true,
      judge: (reports) => {
        faults.push(...reports.map(({ fault }) => fault))
        return []
      },
      effectOf: () => ({ kind: 'allow' }),
      redactedIn: () => [],
    },
    clock: () => now,
  })
  return { inspector, parts: () => parts, faults }
}

test('others get their turn between the parts of one long text', async () => {
  const { inspector, parts } = slowly(20)
  const text = 'so many words '.repeat(100_000)
  const seen = new Set<number>()
  let isOver = false
  const other = (): void => {
    seen.add(parts())
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  await inspector.inspect([{ text, point: 'input', place: null }], [guardrail], { id: 'x', facts })
  isOver = true
  expect(parts()).toBeGreaterThan(20)
  expect(seen.size).toBeGreaterThanOrEqual(parts() - 1)
})

test('whoever cannot wait is answered at once, and what there was no time for is a fault', () => {
  const { inspector, parts, faults } = slowly(400)
  const text = 'so many words '.repeat(100_000)
  const asked = { id: 'x', facts, isAtOnce: true } as const
  expect(inspector.inspect([{ text, point: 'input', place: null }], [guardrail], asked)).not.toBeInstanceOf(Promise)
  expect(parts()).toBeLessThanOrEqual(6)
  expect(faults).toContain('timed-out')
})
