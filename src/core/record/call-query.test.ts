import { describe, expect, it } from 'vitest'
import { readCallQuery } from './call-query.ts'

describe('a time in a query', () => {
  it.each([
    ['2026-11-23', '2026-11-23T00:00:00Z'],
    ['2026-11-23T12:30', '2026-11-23T12:30:00Z'],
    ['2026-11-23T12:30:15.250Z', '2026-11-23T12:30:15.250Z'],
    ['2026-11-23T12:30:15+02:00', '2026-11-23T10:30:15Z'],
    ['2026-11-23T12:30:15 02:00', '2026-11-23T10:30:15Z'],
    ['1795435200000', '2026-11-23T12:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(readCallQuery({ from: text }).from).toBe(Date.parse(expected))
  })

  it.each(['1/2/2026', 'Nov 5', '2026-13-01', '2026-11-23T25:00Z', 'yesterday', '99999999999999999999', '-1'])(
    '%s is none, or means something else to others',
    (text) => {
      expect(() => readCallQuery({ to: text })).toThrow(/`to` is an ISO 8601 time/)
    },
  )
})

it('a parameter without a value is none', () => {
  expect(readCallQuery({ limit: '', cursor: '', status: '', from: '', q: '' })).toEqual({})
})
