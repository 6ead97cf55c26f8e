import fc from 'fast-check'
import { expect, test } from 'vitest'
import { profanities } from '../../src/catalog/detectors/profanity/lexicon.ts'
import profanity from '../../src/catalog/detectors/profanity.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = profanity.create(profanity.settings.parse({}))
const rulesOf = async (text: string): Promise<readonly string[]> =>
  (await detect(inspectedText(text), { point: 'output' })).map(({ rule }) => rule)

/** A dotless i of Turkish has the capital of another letter. */
const inCapitals = (word: string): string => (word.includes('ı') ? word : word.toUpperCase())

test('each word of the lists is found, in small letters, in capitals and within a sentence', async () => {
  for (const [word, as] of profanities)
    for (const text of [word, inCapitals(word), `So, ${word}, it said`])
      expect([word, ...(await rulesOf(text))]).toContain(as)
})

test('no word is found within a longer one of its letters', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...profanities.map(([word]) => word).filter((word) => /^[a-z]+$/.test(word))),
      async (word) => {
        expect(await rulesOf(`xq${word}qx`)).toEqual([])
      },
    ),
  )
})

test.each(['fuck', 'fuck ', 'f*', 'f u c k ', 'son of a ', 'sh', '他妈', 'fu\u200bck '])(
  '%j many times over is read in bounded time',
  async (unit) => {
    expect((await rulesOf(unit.repeat(200_000 / unit.length))).length).toBeLessThanOrEqual(5000)
  },
  30_000,
)
