import { hash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { inspectedText } from '../../../core/inspection/inspected-text.ts'
import { type KeyMark, keyMark, rolling } from '../../../core/inspection/own-keys.ts'
import { keysOfGateway } from './keys-of-gateway.ts'

const mark = (key: string): KeyMark => keyMark(key, 'default', hash('sha256', key, 'hex'))
const found = (text: string, keys: readonly string[]) =>
  keysOfGateway(inspectedText(text), keys.map(mark)).map(({ span }) => text.slice(span.start, span.end))

/** Of a hundred lengths. */
const many = Array.from({ length: 200 }, (_, index) => `key-${index}-of-a-team-${'x.'.repeat(index % 100)}`)

test('a text is walked over once, whatever number of keys there are and however long', () => {
  const text = 'aZ3.'.repeat(5000)
  const steps = vi.spyOn(rolling, 'next')
  try {
    found(text, many.slice(0, 1))
    const ofOne = steps.mock.calls.length
    expect(ofOne).toBeLessThanOrEqual(text.length)
    steps.mockClear()
    found(text, many)
    expect(steps.mock.calls.length).toBe(ofOne)
  } finally {
    steps.mockRestore()
  }
})

test('keys of any length are found, wherever they stand in a word', () => {
  for (const key of many) expect(found(`see=${key};and more`, many)).toEqual([key])
})

test('of keys that start alike the one that is written is found', () => {
  const keys = ['meadow-of-the-blue', 'meadow-of-the-blue.team', 'meadow-of-the-blue.team.of.birds']
  expect(found('A meadow-of-the-blue.team/x here', keys)).toEqual(keys.slice(0, 2))
  expect(found('A meadow-of-the-bluebell is no key', keys)).toEqual([])
})

test('a key as short as keys may be is found at the very end', () => {
  expect(found('x=sixteen.letters.', ['sixteen.letters.'])).toEqual(['sixteen.letters.'])
})

test('a text that only begins as keys of many lengths do, again and again, costs little', () => {
  const keys = Array.from({ length: 200 }, (_, index) => `portcullis-prod-${'k.'.repeat(index)}end`)
  const text = Array.from({ length: 50_000 }, (_, index) => `portcullis-prod-..${index}.`).join('')
  const before = process.cpuUsage()
  expect(found(text, keys)).toEqual([])
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1)
  expect(found(`${text}${keys[120]}`, keys)).toEqual([keys[120]])
})
