import { expect, test } from 'vitest'
import { amountText, unitText } from './budget.ts'

test.each([
  ['costUsd', 50, '50.00 USD'],
  ['costUsd', 0.5, '0.50 USD'],
  ['costUsd', 0.001, '0.001 USD'],
  ['costUsd', 40.0212345, '40.0212 USD'],
  ['costUsd', 1_234_567.8, '1234567.80 USD'],
  ['costUsd', 0, '0.00 USD'],
  ['tokens', 9000, '9000 tokens'],
  ['tokens', 1_234_567, '1234567 tokens'],
  ['streamSeconds', 1.5, '1.5 seconds of streams'],
] as const)('%s of %d is written %s', (measure, units, text) => {
  expect(unitText(measure, units)).toBe(text)
})

test('money is kept in its smallest parts, and written in USD', () => {
  expect(amountText('costUsd', 50_000_000_000)).toBe('50.00 USD')
})
