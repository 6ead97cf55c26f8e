import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../bench/random.ts'
import { drawn } from '../../src/catalog/detectors/secrets/examples.ts'
import { contextFormats } from '../../src/catalog/detectors/secrets/formats-context.ts'
import { infixFormats } from '../../src/catalog/detectors/secrets/formats-infix.ts'
import { prefixFormats } from '../../src/catalog/detectors/secrets/prefix-formats.ts'
import { sampleOf } from '../../src/catalog/detectors/secrets/sample.ts'
import secrets from '../../src/catalog/detectors/secrets.ts'
import type { Finding } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = secrets.create({})
const find = async (text: string): Promise<readonly Finding[]> => await detect(inspectedText(text), { point: 'input' })
const covered = async (text: string, secret: string, rule?: string): Promise<boolean> => {
  const start = text.indexOf(secret)
  return (await find(text)).some(
    ({ rule: found, span }) => (rule ?? found) === found && span.start <= start && span.end >= start + secret.length,
  )
}

const frames: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `Use ${secret} for it.`,
  (secret) => `TOKEN="${secret}"`,
  (secret) => `{"value":"${secret}","n":1}`,
  (secret) => `line one\\n${secret}\\nline two`,
  (secret) => `| prod | \`${secret}\` |`,
  (secret) => `https://api.example.org/v1?x=${secret}&y=2`,
]

describe('of each format', () => {
  const rows = new Map(prefixFormats.map((row) => [`${row[0]} ${row[2]}`, row] as const))
  test.each([...rows].map(([name, row]) => ({ name, row })))(
    '$name: 98 of 100 drawn are found, in any surroundings',
    async ({ row }) => {
      const random = createRandom(row[0]).next
      let [found, total] = [0, 0]
      for (const start of row[2].split('|')) {
        for (let index = 0; index < 60; index++) {
          const secret = drawn(row, start, random)
          for (const frame of frames) {
            total += 1
            if (await covered(frame(secret), secret)) found += 1
          }
        }
      }
      expect(found / total).toBeGreaterThanOrEqual(0.98)
    },
  )

  test.each([...infixFormats])('%s %s %s: 98 of 100 drawn are found', async (rule, _category, infix, before, after) => {
    const random = createRandom(rule).next
    let found = 0
    for (let index = 0; index < 300; index++) {
      const secret = sampleOf(before, random) + infix + sampleOf(after, random)
      if (await covered(`It is ${secret}, says he.`, secret)) found += 1
    }
    expect(found / 300).toBeGreaterThanOrEqual(0.98)
  })

  test.each([...contextFormats])(
    '%s %s %s: 98 of 100 drawn are found beside their vendor',
    async (_rule, _category, vendors, body) => {
      const random = createRandom(vendors + body).next
      let [found, total] = [0, 0]
      for (const vendor of vendors.split('|')) {
        for (let index = 0; index < 60; index++) {
          const secret = sampleOf(body, random)
          for (const text of [`${vendor} api key: ${secret}`, `The secret for ${vendor} (its token) is ${secret}.`]) {
            total += 1
            if (await covered(text, secret)) found += 1
          }
        }
      }
      expect(found / total).toBeGreaterThanOrEqual(0.98)
    },
  )
})

test('has at least 150 rules, each with a category that policies know', () => {
  expect(Object.keys(secrets.rules).length).toBeGreaterThanOrEqual(150)
  const categories = ['credential', 'private-key', 'connection-string', 'token', 'password']
  for (const category of Object.values(secrets.rules)) expect(categories).toContain(category)
})

describe('an unfinished text', () => {
  const pieces = fc.oneof(
    fc.constantFrom(...secrets.examples.flagged.map(({ text }) => text)),
    fc.constantFrom(...secrets.examples.clean.map(({ text }) => text)),
    fc.lorem(),
    fc.constantFrom(
      ' ',
      '\n',
      '. ',
      ', ',
      '"',
      "'",
      '`',
      ': ',
      'password = "correct horse battery staple"',
      'PRIVATE KEY',
      '-----END ',
    ),
  )
  const texts = fc.array(pieces, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '))

  test('is held back from where a secret may still begin', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (text, at) => {
        const cut = at % (text.length + 1)
        const open = secrets.openFrom?.(text.slice(0, cut)) ?? 0
        for (const { span } of await find(text)) {
          if (span.start < cut && span.end > cut) expect(span.start).toBeGreaterThanOrEqual(open)
          expect(span.end - span.start).toBeLessThanOrEqual(secrets.maxSpan)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('of ordinary prose is held back by its last word only', () => {
    for (const text of ['The key to success is patience and', 'My password is secret, so I said: no'])
      expect(secrets.openFrom?.(text)).toBe(text.lastIndexOf(' ') + 1)
  })
})
