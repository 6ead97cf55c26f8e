import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  fingerprintsOfDocument,
  fingerprintsOfValues,
  hashTable,
} from '../../src/catalog/detectors/exact-data-match/fingerprints.ts'
import exact from '../../src/catalog/detectors/exact-data-match.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const salt = 'a salt of sixteen and more'
const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop'), minLength: 1, maxLength: 8 })
const documents = fc.array(word, { minLength: 12, maxLength: 60 })

test('any eight words in a row of a document are found, whatever stands between them', async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.nat(), fc.constantFrom(' ', ', ', '\n', ' — ', '_'), async (words, at, between) => {
      const detect = exact.create(
        exact.settings.parse({ salt, fingerprints: [fingerprintsOfDocument('d', words.join(' '), salt)] }),
      )
      const from = at % (words.length - 7)
      const passage = words.slice(from, from + 8).join(between)
      const found = await detect(inspectedText(`Zz zz. ${passage.toUpperCase()}`), { point: 'output' })
      expect(found.map(({ rule }) => rule)).toContain('document-excerpt')
    }),
  )
})

test('with another salt nothing is found: fingerprints alone tell nothing', async () => {
  const text = 'The quick brown fox jumps over the lazy dog and then it sleeps under the old oak.'
  const fingerprints = [fingerprintsOfDocument('d', text, salt), fingerprintsOfValues('v', ['quick brown fox'], salt)]
  const found = async (with_: string) =>
    await exact.create(exact.settings.parse({ salt: with_, fingerprints }))(inspectedText(text), { point: 'output' })
  expect(new Set((await found(salt)).map(({ rule }) => rule))).toEqual(new Set(['document-excerpt', 'listed-value']))
  expect(await found('another salt of sixteen')).toEqual([])
  expect(JSON.stringify(fingerprints)).not.toMatch(/quick|brown|fox/)
})

test('so many different values as are asked for, and not the same one again and again', async () => {
  const fingerprints = [fingerprintsOfValues('v', ['Maria Lopez', 'Otto Brandt', 'AB-12345'], salt)]
  const detect = exact.create(exact.settings.parse({ salt, fingerprints, minValues: 2 }))
  const rules = async (text: string) => (await detect(inspectedText(text), { point: 'output' })).length
  expect(await rules('Maria Lopez, Maria Lopez, maria lopez')).toBe(0)
  expect(await rules('Maria Lopez has AB 12345')).toBe(2)
})

test('a hundred thousand values and a text that is full of them take seconds at most', async () => {
  const values = Array.from({ length: 100_000 }, (_, index) => `customer ${index} ${index * 7919}`)
  const detect = exact.create(exact.settings.parse({ salt, fingerprints: [fingerprintsOfValues('v', values, salt)] }))
  const text = values.slice(0, 8000).join('; ')
  const before = performance.now()
  expect((await detect(inspectedText(text), { point: 'output' })).length).toBe(8000)
  expect(performance.now() - before).toBeLessThan(10_000)
}, 60_000)

test.each<[string, (index: number) => bigint, number]>([
  ['the same', () => 7n, 1],
  ['of one lower half', (index) => BigInt(index) << 32n, 50_000],
  ['of one upper half', (index) => BigInt(index), 50_000],
])('fifty thousand hashes that are %s are each put in their place in a few steps', (_name, hashAt, different) => {
  const hashes = BigUint64Array.from({ length: 50_000 }, (_unused, index) => hashAt(index))
  const table = hashTable(Buffer.from(hashes.buffer).toString('base64'))
  expect(table.size).toBe(different)
  expect(table.longestSearch).toBeLessThan(100)
  for (const index of [0, 1, 49_999]) {
    const one = hashAt(index)
    expect(table.has(Number(BigInt.asIntN(32, one >> 32n)), Number(BigInt.asIntN(32, one)))).toBe(true)
  }
  expect(table.has(-1, -1)).toBe(false)
})
