import { expect, test } from 'vitest'
import { createRefusedAllowance } from './refused-allowance.ts'

test.each([
  ['strangers', { errorCode: 'unknown_key' }],
  ['keys that are over', { key: 'left', errorCode: 'revoked_key' }],
])('however many %s call at once, a bound of them is kept, and more only as time goes by', (_name, call) => {
  let now = 0
  const allowance = createRefusedAllowance(() => now)
  const knock = (times: number): number =>
    Array.from({ length: times }, () => allowance.keeps(call)).filter(Boolean).length
  expect(knock(10_000)).toBe(600)
  expect(allowance.unrecorded).toBe(9400)
  now += 1000
  expect(knock(100)).toBe(10)
  now += 3_600_000
  expect(knock(10_000)).toBe(600)
})

test('made-up keys do not hide that a key which is over is in use, and calls of other keys are all kept', () => {
  const allowance = createRefusedAllowance(() => 0)
  for (let index = 0; index < 1000; index++) allowance.keeps({ errorCode: 'unknown_key' })
  expect(allowance.keeps({ key: 'left', errorCode: 'expired_key' })).toBe(true)
  for (let index = 0; index < 1000; index++)
    expect(allowance.keeps({ key: 'used', errorCode: 'rate_limited' })).toBe(true)
})
