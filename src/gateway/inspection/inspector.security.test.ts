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

/** Its detector takes some milliseconds for each part of a text, on a clock of its own, and finds what a test matches. */
function slowly(partMs: number, flagged = /^$/) {
  let now = 0
  let parts = 0
  let found = 0
  const detector: CompiledDetector = {
    id: 'slow',
    key: 'slow',
    points: ['input'],
    maxSpan: 100,
    detect: ({ text }) => {
      now += partMs
      parts += 1
      const finding = { rule: 'one', category: 'custom', score: 1, span: { start: 0, end: 1 } }
      return flagged.test(text) ? [finding] : []
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
        found += reports.flatMap(({ findings }) => findings).length
        return []
      },
      effectOf: () => ({ kind: 'allow' }),
      redactedIn: () => [],
    },
    clock: () => now,
  })
  return { inspector, parts: () => parts, found: () => found, faults }
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

test('a text that a body says a hundred thousand times is looked at once, by whoever says it', async () => {
  const { inspector, parts, found } = slowly(0, /bad/)
  const text = { text: 'bad', point: 'input', place: null } as const
  const texts = [...Array.from({ length: 100_000 }, () => ({ ...text })), { ...text, isInstruction: true } as const]
  await inspector.inspect(texts, [guardrail], { id: 'x', facts })
  expect([parts(), found()]).toEqual([2, texts.length])
})

test('a text that was clean once is none that differs in a half of a sign, which all have one name in UTF-8', async () => {
  const { inspector, found } = slowly(0, /\ud800/)
  for (const sign of ['\ufffd', '\udc00', '\ud800'])
    await inspector.inspect([{ text: `a ${sign}`.repeat(200), point: 'input', place: null }], [guardrail], {
      id: 'x',
      facts,
    })
  expect(found()).toBe(1)
})
