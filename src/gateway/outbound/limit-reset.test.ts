import { describe, expect, it } from 'vitest'
import { limitResetSeconds } from './limit-reset.ts'

const nowMs = Date.parse('2026-01-01T00:00:00Z')
const usedUp = { 'x-ratelimit-remaining-tokens': '0' }

describe('the time until a limit is there again', () => {
  it.each([
    ['1s', 1],
    ['6m0s', 360],
    ['1h2m3.5s', 3723.5],
    ['20ms', 0.02],
    ['7.66s', 7.66],
    ['2m', 120],
    ['30', 30],
    ['99999h', 86_400],
  ])('is read from the duration %s', (text, seconds) => {
    expect(limitResetSeconds({ ...usedUp, 'x-ratelimit-reset-tokens': text }, nowMs)).toBeCloseTo(seconds, 6)
  })

  it.each(['', 'soon', '-5s', '1s1h', '1e9', '9'.repeat(1000), '2026-01-01T00:00:05Z'])(
    'is not guessed from %j',
    (text) => {
      expect(limitResetSeconds({ ...usedUp, 'x-ratelimit-reset-tokens': text }, nowMs)).toBeUndefined()
    },
  )

  it('is read from the time that Anthropic names', () => {
    const headers = {
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-01-01T00:00:41Z',
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:10:00Z',
    }
    expect(limitResetSeconds(headers, nowMs)).toBe(41)
  })

  it('is that of the limit which takes longest, and of none that has something left', () => {
    const headers = {
      ...usedUp,
      'x-ratelimit-reset-tokens': '2s',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '9s',
    }
    expect(limitResetSeconds(headers, nowMs)).toBe(9)
    expect(limitResetSeconds({ ...headers, 'x-ratelimit-remaining-requests': '1' }, nowMs)).toBe(2)
    expect(limitResetSeconds({ 'x-ratelimit-reset-requests': '9s' }, nowMs)).toBeUndefined()
  })
})
