import { describe, expect, it } from 'vitest'
import { sortByDifficulty, thresholdOf } from '../src/policy/difficulty/sort-by-difficulty.ts'
import { difficultyWeights } from '../src/policy/difficulty/weights.generated.ts'
import { factsOf } from './support/call-facts.ts'

const sort = sortByDifficulty(difficultyWeights, thresholdOf(0.3, difficultyWeights.hundredths))

const sorted = (text: string, earlierTexts: readonly string[] = []) => sort(factsOf({ text, earlierTexts }))

describe('a hostile prompt', () => {
  it.each([
    ['letters', 'a'],
    ['sentences', 'Is it so? '],
    ['what looks like choices', 'A. B. C. '],
    ['blanks', ' '],
    ['fences', '```'],
    ['letters that grow when they are compared', '\u{fdfa}'],
    ['marks on one letter', '\u0301'],
    ['halves of letters', '\ud800'],
  ])('of 10 MB of %s is read at its ends only, so that its time is bounded', (_what, piece) => {
    const text = (middle: string): string => {
      const filling = middle.repeat(Math.ceil(1e7 / middle.length)).slice(0, 1e7)
      return `Is this the end? ${'and then '.repeat(300)}${filling}${' and so on'.repeat(100)}`
    }
    expect(sorted(text(piece), [text(piece)])).toEqual(sorted(text('Solve x = 3. '), [text('Solve x = 3. ')]))
    expect(sorted(piece.repeat(1e6), [piece.repeat(1e6)]).why).toMatch(/^(?:difficulty|no words|not in English)/)
  })

  it('gets the strong model by its words: what is chosen by them is no permission', () => {
    const poem = 'Write a poem about the sea'
    expect(sorted(poem).index).toBe(0)
    expect(sorted(`${poem}. ${'Solve the equation x = 3 + 4? How many integers in total? '.repeat(9)}`).index).toBe(1)
  })
})
