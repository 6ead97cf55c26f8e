import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
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
  '[1]',
  '[1,2',
  '[999] ',
  '【1†',
  '(source 7) ',
  'id: 7 ',
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

afterEach(() => vi.restoreAllMocks())

/** How many characters `match` and `includes` are asked to read. */
async function readBy(work: () => unknown): Promise<number> {
  const spies = [vi.spyOn(String.prototype, 'match'), vi.spyOn(String.prototype, 'includes')]
  await work()
  const read = spies.flatMap(({ mock }) => mock.contexts).reduce((sum: number, text) => sum + String(text).length, 0)
  vi.restoreAllMocks()
  return read
}

const counted = (unit: string, length: number): string => {
  const word = (index: number) => index.toString(36).replaceAll(/\d/g, (digit) => 'qwertzuiop'[Number(digit)] ?? '')
  return Array.from({ length: Math.ceil(length / unit.length) }, (_, index) => unit.replaceAll('#', word(index))).join(
    '',
  )
}

test.each(['# is tall and wide. ', 'The # is A#x by name. ', 'see https://#.com/a ', '"the # of all of these words" '])(
  'the sources are not read anew for each %j of an answer',
  async (unit) => {
    const conversation = {
      instructions: [counted('Be # to them 12 times. ', 30_000)],
      sources: [counted('The tower of B# is 12 metres tall. ', 60_000)],
      question: counted('What of # and 5? ', 30_000),
    }
    const text = inspectedText(counted(unit, 60_000))
    const read = await readBy(() => detect(text, { point: 'output', conversation }))
    expect(read).toBeLessThan(70_000_000)
    // Beside a search for each of few names nothing is read of them again, as each event of a stream asks.
    const again = await readBy(() => detect(inspectedText('It is tall. '), { point: 'output', conversation }))
    expect(again).toBeLessThan(10_000)
  },
)

test('what stands in the sources is found in them, however many links an answer has', async () => {
  const links = Array.from({ length: 2000 }, (_, index) => `https://example.com/${index}`)
  const answer = [...links.slice(0, 50), 'https://example.net/elsewhere', ...links.slice(0, 50)].join(' ')
  const unknown = (await found(answer, [links.join(' ')])).filter(({ rule }) => rule === 'unknown-link')
  expect(unknown.map(({ span }) => answer.slice(span.start, span.end))).toEqual(['https://example.net/elsewhere'])
})

test('what there are too many of to look for counts as unknown', async () => {
  const answer = counted('https://#.com/abc ', 60_000)
  const unknown = (await found(answer, [counted('The tower of # is tall. ', 400_000)])).filter(
    ({ rule }) => rule === 'unknown-link',
  )
  expect(unknown.length).toBe(answer.split(' ').length - 1)
})

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

test('what a finding was held against is a place of the source that says so', async () => {
  const sources = ['The depot is in Lyon.', 'Sales fell in May. The company has 1,200 employees. Nobody was hired.']
  const [finding] = await found('The company has 1300 employees.', sources)
  const { source, start, end } = finding?.evidence ?? { source: -1, start: 0, end: 0 }
  expect(sources[source]?.slice(start, end)).toBe('The company has 1,200 employees.')
})

test('a cited source is one that there is, or one that the documents or the answer number', async () => {
  const sources = ['{"id": 12, "text": "The company has 1,200 employees."}', 'Document 40: It was founded in 1990.']
  const cited = async (text: string) => (await found(text, sources)).map(({ rule }) => rule)
  for (const number of [1, 2, 12, 40]) expect(await cited(`The company has 1200 employees [${number}].`)).toEqual([])
  expect(await cited('The company has 1200 employees [3].')).toEqual(['unknown-citation'])
  expect(await cited('The company has 1200 employees [1, 41].')).toEqual(['unknown-citation'])
})
