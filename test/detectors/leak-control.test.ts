import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectors as all } from '../../src/catalog/detectors.generated.ts'
import type { ConversationContext, DetectorExample } from '../../src/core/inspection/detection.ts'
import { inspectedText, type TextView } from '../../src/core/inspection/inspected-text.ts'

const ids = [
  'dictionary',
  'canary',
  'system-prompt-leakage',
  'classification-labels',
  'exact-data-match',
  'source-code',
]
const detectors = Object.values(all).filter(({ id }) => ids.includes(id))

/** What decodes is held back as a word is; here it is about what stands in the text as it is written. */
function asWritten(text: string) {
  const view: TextView = { kind: 'original', text, spanOf: (start, end) => ({ start, end }) }
  return { text, views: [view] }
}

describe.each(detectors)('detector $id', (detector) => {
  const detect = detector.create(detector.settings.parse(detector.exampleSettings ?? {}))
  const conversations = detector.examples.flagged.flatMap((example: DetectorExample) => example.conversation ?? [])
  const context = (conversation?: ConversationContext) => ({
    point: detector.points[0] ?? ('output' as const),
    ...(conversation === undefined ? {} : { conversation }),
  })

  test('holds back what an unfinished text may still turn into a finding', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...[...detector.examples.flagged, ...detector.examples.clean].map(({ text }) => text)),
      fc.lorem(),
      fc.constantFrom(' ', '\n\n', '. ', '-', ' \u200b', '"', '青'),
    )
    const texts = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '))
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.nat(),
        fc.constantFrom(undefined, ...conversations),
        async (text, at, conversation) => {
          const cut = at % (text.length + 1)
          const before = text.slice(0, cut)
          const open = detector.openFrom?.(before) ?? Math.max(0, before.length - detector.maxSpan)
          for (const { span } of await detect(asWritten(text), context(conversation))) {
            if (span.start < cut && span.end > cut) expect(span.start).toBeGreaterThanOrEqual(open)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('takes seconds at most for 200 KB of the worst', async () => {
    const pieces = [
      'a',
      ' ',
      'a ',
      '1 ',
      '((',
      '-',
      '\n',
      '青',
      '\u200b',
      '//',
      '```\n',
      '{}\n',
      'TLP:',
      'CONFIDENTIAL ',
    ]
    const words = detector.examples.flagged.map(({ text }) => `${text.slice(0, 40)} `)
    for (const part of [...pieces, ...words]) {
      const text = part.repeat(Math.ceil(200_000 / part.length))
      const before = performance.now()
      await detect(asWritten(text), context(conversations[0]))
      detector.openFrom?.(text)
      expect(performance.now() - before).toBeLessThan(10_000)
    }
  }, 120_000)

  test('finds in any text only what its rules name, within the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 300 }), async (text) => {
        for (const { rule, category, span } of await detect(inspectedText(text), context(conversations[0]))) {
          expect(detector.rules[rule]).toBe(category)
          expect(span.end).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })
})
