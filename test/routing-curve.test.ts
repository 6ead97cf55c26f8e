import { describe, expect, it } from 'vitest'
import { createRandom } from '../bench/random.ts'
import { bootstrapped, curveOf, type Item, oracleScores, rankedRight } from '../bench/routing-curve.ts'

/** Ten prompts, of which a weak model gets those with a number from 7 on wrong; the last costs most. */
const items = Array.from(
  { length: 10 },
  (_, index): Item => ({
    group: String(index),
    weak: { quality: index < 7 ? 1 : 0, cost: 0 },
    strong: { quality: 1, cost: index === 9 ? 11 : 1 },
  }),
)
const numbers = items.map((_, index) => index)

describe('the curve of a router', () => {
  it('that knows all is that of the oracle', () => {
    const { apgr, callsFor, atCalls } = curveOf(items, oracleScores(items))
    expect(callsFor(0.5)).toBeCloseTo(0.2)
    expect(callsFor(1)).toBeCloseTo(0.3)
    expect(atCalls(0.1)).toBeCloseTo(1 / 3)
    expect(apgr).toBeCloseTo((1 / 6 + 1 / 2 + 5 / 6 + 7) / 10)
  })

  it('that is always wrong stands below chance as far as the oracle above it', () => {
    const worst = curveOf(
      items,
      oracleScores(items).map((score) => -score),
    )
    expect(worst.apgr).toBeCloseTo(1 - curveOf(items, oracleScores(items)).apgr)
    expect(worst.callsFor(0.5)).toBeCloseTo(0.9)
  })

  it('counts money where that is asked for', () => {
    const dearLast = curveOf(items, [0, 1, 2, 3, 4, 5, 6, 9, 8, 7])
    const dearFirst = curveOf(items, numbers)
    expect(dearLast.atCost(0.5)).toBeCloseTo(2 / 3)
    expect(dearFirst.atCost(0.5)).toBe(0)
    expect(dearLast.apgrByCost).toBeGreaterThan(dearFirst.apgrByCost)
    expect(dearLast.apgr).toBeCloseTo(dearFirst.apgr)
  })

  it('has an interval that holds its value, the same in each run', () => {
    const meanOf = (drawn: readonly number[]): number => drawn.reduce((sum, index) => sum + index, 0) / drawn.length
    const interval = bootstrapped(items, meanOf, createRandom('test'))
    expect(interval.value).toBe(4.5)
    // Twice 1.96 standard errors: the deviation of the numbers is 2.87.
    expect(interval.upper - interval.lower).toBeCloseTo((3.92 * 2.87) / Math.sqrt(10), 0)
    expect(bootstrapped(items, meanOf, createRandom('test'))).toEqual(interval)
  })
})

describe('how well failures are ranked', () => {
  it.each([
    [[1, 2, 3, 4], [false, false, true, true], 1],
    [[4, 3, 2, 1], [false, false, true, true], 0],
    [[1, 1, 1, 1], [false, false, true, true], 0.5],
    [[1, 3, 2, 4], [false, false, true, true], 0.75],
  ])('%j with failures %j: %d', (scores, failed, expected) => {
    expect(rankedRight(scores, failed)).toBe(expected)
  })
})
