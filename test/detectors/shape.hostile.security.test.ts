import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import jsonSchema from '../../src/catalog/detectors/json-schema.ts'
import lengthDetector from '../../src/catalog/detectors/length.ts'
import regex from '../../src/catalog/detectors/regex.ts'
import words from '../../src/catalog/detectors/words.ts'
import type { Detector, Finding } from '../../src/core/inspection/detection.ts'
import { distinctFindings } from '../../src/core/inspection/distinct-findings.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { termMatcher } from '../../src/core/text/term-matcher.ts'

const size = 200_000

async function found<Settings>(
  detector: Detector<Settings>,
  settings: unknown,
  text: string,
): Promise<readonly Finding[]> {
  return await detector.create(detector.settings.parse(settings))(inspectedText(text), { point: 'output' })
}

describe('regex', () => {
  test.each(['(a+)+$', '(a|aa)+b', '(x+x+)+y', '(.*)*\\d', '(.*b)|a', '(?:a?){500}a{500}b'])(
    '%s ends on a long text',
    async (pattern) => {
      const findings = await found(regex, { patterns: [{ pattern }] }, 'a'.repeat(size))
      expect(findings.length).toBeLessThanOrEqual(64)
    },
    30_000,
  )

  test('what follows more matches than are looked for is part of the last', async () => {
    const findings = await found(regex, { patterns: [{ pattern: '\\d' }] }, '1 '.repeat(500))
    expect(findings).toHaveLength(64)
    expect(findings.at(-1)?.span).toEqual({ start: 126, end: 1000 })
  })

  test.each(['a*', '', '(?=a)b', '(a)\\1', '((a{100}){100}){100}', '['])('the pattern %j is refused', (pattern) => {
    expect(regex.settings.safeParse({ patterns: [{ pattern }] }).success).toBe(false)
  })

  test('a named pattern names the rule of its findings', async () => {
    const findings = await found(regex, { patterns: [{ name: 'part-number', pattern: 'P\\d+', score: 0.4 }] }, 'P12')
    expect(findings).toEqual([{ rule: 'part-number', category: 'custom', score: 0.4, span: { start: 0, end: 3 } }])
  })
})

describe('json-schema', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: '^(a+)+$' },
      tags: { type: 'array', uniqueItems: true },
      of: { $ref: '#' },
    },
    patternProperties: { '^(x+x+)+y$': { type: 'string' } },
  }

  test('a pattern that V8 would never finish ends', async () => {
    const findings = await found(
      jsonSchema,
      { schema },
      JSON.stringify({ name: `${'a'.repeat(size)}b`, ['x'.repeat(5000)]: 1 }),
    )
    expect(findings.map(({ rule }) => rule)).toEqual(['schema-mismatch'])
    expect(findings[0]?.span).toEqual({ start: 8, end: 8 + size + 3 })
  })

  test('many different objects are compared in one pass', async () => {
    const tags = Array.from({ length: 20_000 }, (_, id) => ({ id }))
    expect(await found(jsonSchema, { schema }, JSON.stringify({ tags }))).toEqual([])
    expect(await found(jsonSchema, { schema }, JSON.stringify({ tags: [...tags, { id: 0 }] }))).toHaveLength(1)
  })

  test.each([
    '['.repeat(size),
    `${'['.repeat(90_000)}${']'.repeat(90_000)}`,
    `${'{"of":'.repeat(5000)}{}${'}'.repeat(5000)}`,
  ])('deep nesting is no JSON for us', async (text) => {
    expect((await found(jsonSchema, { schema }, text)).map(({ rule }) => rule)).toEqual(['not-json'])
  })

  test.each([
    { $ref: 'https://example.com/schema.json' },
    { type: 'strange' },
    { pattern: '(?=a)' },
    { properties: { a: { pattern: '[' } } },
  ])('the schema %j is refused', (wrong) => {
    expect(jsonSchema.settings.safeParse({ schema: wrong }).success).toBe(false)
  })

  test('patterns of one schema are not mistaken for each other', async () => {
    const two = { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } }
    expect(await found(jsonSchema, { schema: two }, '{"a":"a","b":"b"}')).toEqual([])
    expect(await found(jsonSchema, { schema: two }, '{"a":"a","b":"a"}')).toHaveLength(1)
  })

  test.each(['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2019-09/schema', undefined])(
    'drafts are read: %s',
    async ($schema) => {
      const inDraft = { ...($schema === undefined ? {} : { $schema }), const: 1 }
      expect(await found(jsonSchema, { schema: inDraft }, '2')).toHaveLength(1)
    },
  )

  test('the span is the value that is wrong, in any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), fc.nat(4), async (value, indent) => {
        const text = JSON.stringify({ first: value, wrong: 'no', last: value }, undefined, indent)
        const wanted = { properties: { wrong: { type: 'null' } } }
        const findings = await found(jsonSchema, { schema: wanted }, text)
        const mismatch = findings.find(({ rule }) => rule === 'schema-mismatch')
        expect(text.slice(mismatch?.span.start, mismatch?.span.end)).toBe('"no"')
      }),
    )
  })
})

describe('terms', () => {
  test('are found as a plain search finds them', () => {
    const letter = fc.constantFrom('a', 'b', ' ')
    const word = fc
      .string({ unit: letter, minLength: 1, maxLength: 4 })
      .filter((text) => text.trim() === text && !text.includes('  '))
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.string({ unit: letter, maxLength: 40 }),
        (terms, raw) => {
          const text = raw.replaceAll(/ +/g, ' ')
          const hits = termMatcher(terms, { insideWords: true })(text)
          expect(hits.length > 0).toBe(terms.some((term) => text.includes(term)))
          for (const { start, end, term } of hits) expect(text.slice(start, end)).toBe(terms[term])
        },
      ),
    )
  })

  test('of one letter many times over cost no more than the text', async () => {
    const forbidden = Array.from({ length: 100 }, (_, index) => 'a'.repeat(index + 1))
    const findings = await found(words, { forbidden, wholeWords: false }, 'a'.repeat(size))
    expect(findings.length).toBeGreaterThan(0)
    expect(await found(words, { forbidden }, 'a'.repeat(size))).toEqual([])
  })

  test.each(['İstanbul İ', 'ΣΑΣ', '\ud800\udc00\ud800', '\u200b'.repeat(1000)])(
    '%j has its own units',
    async (text) => {
      for (const { span } of await found(words, { forbidden: ['istanbul', 'σας', 'i'] }, text)) {
        expect(span.end).toBeLessThanOrEqual(text.length)
      }
    },
  )
})

describe('length', () => {
  const bounds = {
    characters: { max: 10 },
    words: { max: 3 },
    sentences: { max: 2 },
    lines: { max: 2 },
    tokens: { max: 5 },
  }
  test.each(['a', '1 ', '. ', '\n', '\n ', "a'", '。', '。"', '東', '\ud800', 'a.b'])(
    '%j many times is measured',
    async (unit) => {
      const text = unit.repeat(size / unit.length)
      const findings = await found(lengthDetector, bounds, text)
      for (const { span } of findings) expect(span.end).toBe(text.length)
      expect(findings.length).toBeGreaterThan(0)
    },
  )

  test('a text up to the limit of tokens is within it', async () => {
    const text = 'one two three four five six seven eight nine ten'
    const [finding] = await found(lengthDetector, { tokens: { max: 5 } }, text)
    const within = text.slice(0, finding?.span.start)
    expect(await found(lengthDetector, { tokens: { max: 5 } }, within)).toEqual([])
  })
})

test('findings of one place and rule are told once, and nothing that was covered is lost', () => {
  const span = fc
    .tuple(fc.nat(30), fc.integer({ min: 1, max: 10 }))
    .map(([start, length]) => ({ start, end: start + length }))
  const finding = fc.record({
    rule: fc.constantFrom('a', 'b'),
    category: fc.constant('c'),
    score: fc.constantFrom(0.5, 1),
    span,
  })
  fc.assert(
    fc.property(fc.array(finding), (findings) => {
      const kept = distinctFindings(findings)
      for (const { rule, span } of findings) {
        expect(kept.some((one) => one.rule === rule && one.span.start <= span.start && one.span.end >= span.end)).toBe(
          true,
        )
      }
    }),
  )
})
