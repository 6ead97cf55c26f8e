import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sentencesOf } from '../../src/catalog/detectors/groundedness/facts.ts'
import detector from '../../src/catalog/detectors/groundedness.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = detector.create({ minScore: 0.5 })
const found = async (text: string, sources: readonly string[]) =>
  await detect(inspectedText(text), { point: 'output', conversation: { instructions: [], sources } })

test.each([
  'a',
  'a ',
  'A. ',
  'The tower is 5. ',
  '.',
  '\n',
  '1,1',
  '1 ',
  '"',
  '"a',
  'https://a.b ',
  'https://',
  'No. ',
  '東',
  ' A',
])(
  '%j many times over, in the answer and in the sources, is read in bounded time',
  async (unit) => {
    const long = unit.repeat(200_000 / unit.length)
    for (const { span } of await found(long, ['The tower is 5 metres tall.'])) {
      expect(span.end - span.start).toBeLessThanOrEqual(detector.maxSpan)
    }
    await found(`The tower is 7 metres tall. ${long.slice(0, 20_000)}`, [long])
  },
  30_000,
)

test('sentences stand where they say, in order', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', ' ', '.', '!', '\n', '1', '。'), maxLength: 80 }),
      (text) => {
        let at = 0
        for (const sentence of sentencesOf(text)) {
          expect(sentence.start).toBeGreaterThanOrEqual(at)
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text)
          at = sentence.end
        }
      },
    ),
  )
})

test('a number is compared by its value', async () => {
  const sources = ['The company has 1,200 employees in seven countries.']
  expect(await found('The company has 1200 employees in 7 countries.', sources)).toEqual([])
  expect(await found('The company has 1300 employees in 7 countries.', sources)).toHaveLength(1)
})
