import { expect, test } from 'vitest'
import { areaUnderCurve, shareText, wilson } from '../../bench/security/evaluation.ts'

test('an interval is the one of Wilson', () => {
  // Newcombe (1998), table I: 81 of 263.
  const { lower, upper } = wilson(81, 263)
  expect(lower).toBeCloseTo(0.2553, 3)
  expect(upper).toBeCloseTo(0.3662, 3)
  expect(wilson(0, 20).lower).toBe(0)
  expect(shareText(9, 10)).toBe('90.0 % (59.6–98.2)')
})

test('the area under the curve counts pairs in the right order', () => {
  expect(areaUnderCurve([3, 4], [1, 2])).toBe(1)
  expect(areaUnderCurve([1, 2], [3, 4])).toBe(0)
  expect(areaUnderCurve([1, 1], [1, 1])).toBe(0.5)
})
