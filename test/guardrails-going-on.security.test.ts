import { afterEach, expect, test, vi } from 'vitest'
import secrets from '../src/catalog/detectors/secrets.ts'
import type { CompiledDetector } from '../src/core/inspection/guardrail.ts'
import { goingOn } from '../src/gateway/inspection/joined/going-on.ts'
import type { JoinedText } from '../src/gateway/inspection/joined/joined-texts.ts'

const { id, points, maxSpan, leaves } = secrets
if (leaves === undefined) throw new Error('Tables go on in what stands below.')
const detector: CompiledDetector = {
  id,
  points,
  maxSpan,
  leaves,
  key: 'secrets',
  detect: secrets.create(secrets.settings.parse({})),
}

function joinedOf(texts: readonly string[]): JoinedText {
  const parts = texts.map((text) => ({ text, point: 'input' as const, place: null }))
  let length = 0
  const starts = texts.map((text) => {
    length += text.length
    return length - text.length
  })
  return { text: texts.join(''), point: 'input', place: null, parts, starts }
}

afterEach(() => vi.restoreAllMocks())

const head = 'user | password\n'

test.each([
  ['a line without an end', ['a']],
  ['a line without an end below headings', [head, 'bob | hunter', '4']],
  ['rows', [head, 'bob | hunter4\n', 'eve | hunter5\n']],
  ['rows that are cut', [head, 'bob | hun', 'ter4\neve | ']],
])('%s in many parts: what is looked at again is as long as the text', (_, [first = '', ...more]) => {
  const text = joinedOf([first, ...Array.from({ length: 5000 }, (_, index) => more[index % more.length] ?? first)])
  const searches = [vi.spyOn(String.prototype, 'lastIndexOf'), vi.spyOn(String.prototype, 'indexOf')]
  const windows = goingOn(text, [detector])
  const searched = searches
    .flatMap(({ mock }) => mock.contexts)
    .reduce((sum: number, one) => sum + String(one).length, 0)
  expect(windows.reduce((sum, one) => sum + one.text.length, 0)).toBeLessThanOrEqual(3 * text.text.length)
  expect(searched).toBeLessThanOrEqual(40 * text.text.length)
})

test('a row that is cut into many parts is found as one', async () => {
  const text = joinedOf([head, ...'bob | hunter4'.split(''), '\n', 'eve | x\n'])
  const found: string[] = []
  for (const { start, text: piece, seam, left } of goingOn(text, [detector])) {
    const context = { point: 'input' as const, left: left.get('secrets') ?? '' }
    const views = [
      { kind: 'original' as const, text: piece, spanOf: (from: number, to: number) => ({ start: from, end: to }) },
    ]
    for (const { span } of await detector.detect({ text: piece, views }, context))
      if (start + span.end > seam) found.push(text.text.slice(start + span.start, start + span.end))
  }
  expect(found).toContain('hunter4')
})
