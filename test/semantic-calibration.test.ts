import { describe, expect, it } from 'vitest'
import { shareOf } from '../bench/binomial.ts'
import { pairScore } from '../bench/eval-semantic-cache.ts'
import { questionPairs } from '../bench/question-pairs.ts'
import { calibration } from '../src/catalog/embedders/calibration.generated.ts'
import { lexical } from '../src/catalog/embedders/lexical.ts'

describe('the calibrated threshold', () => {
  it('is of the embedder that is built in', () => {
    expect(calibration.embedder).toBe(lexical.id)
  })

  it('has at most 1 % false hits by the upper end of the interval in each source that it was measured with', () => {
    for (const { upperBound } of Object.values(calibration.heldOut)) expect(upperBound).toBeLessThanOrEqual(0.01)
  })

  it('gives what was measured for the held-out pairs that are in the repository', () => {
    const pairs = questionPairs('held-out')
    const hits = (isSame: boolean) =>
      pairs.filter((pair) => pair.isSame === isSame).map((pair) => pairScore(pair) >= calibration.threshold)
    const wrong = hits(false)
    const right = hits(true)
    const share = (found: readonly boolean[]): number => found.filter(Boolean).length / found.length
    const measured = calibration.heldOut['own templates']
    expect(share(wrong)).toBeCloseTo(measured.falseHits, 4)
    expect(share(right)).toBeCloseTo(measured.hits, 4)
    expect(wrong).toHaveLength(measured.lookups)
  })
})

describe('an interval of Clopper and Pearson', () => {
  // Of the tables of Diem and Lentner, Documenta Geigy, 7th edition: 95 %.
  it.each([
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
  ])('of %d in %d is %d to %d', (count, total, lower, upper) => {
    const share = shareOf(count, total)
    expect([share.lower, share.upper]).toEqual([expect.closeTo(lower, 4), expect.closeTo(upper, 4)])
  })
})
