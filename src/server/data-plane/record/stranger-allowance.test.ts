import { expect, test } from 'vitest'
import { createStrangerAllowance } from './stranger-allowance.ts'

test('however many strangers call at once, a bound of them is kept, and more only as time goes by', () => {
  let now = 0
  const allowance = createStrangerAllowance(() => now)
  const knock = (times: number): number => Array.from({ length: times }, allowance.take).filter(Boolean).length
  expect(knock(10_000)).toBe(600)
  expect(allowance.refused).toBe(9400)
  now += 1000
  expect(knock(100)).toBe(10)
  now += 3_600_000
  expect(knock(10_000)).toBe(600)
})
