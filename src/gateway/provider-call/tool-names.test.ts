import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { fitToolNames, withOriginalNames } from './tool-names.ts'

const openai = { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 }
const google = { pattern: /^[a-zA-Z_][a-zA-Z0-9_.-]{0,63}$/, forbidden: /[^a-zA-Z0-9_.-]/g, maxLength: 64 }

function request(names: readonly string[], called: readonly string[] = []): ModelRequest {
  return {
    model: 'm',
    stream: false,
    messages: [
      {
        role: 'assistant',
        parts: called.map((name, index) => ({ type: 'tool-call', id: `c${index}`, name, arguments: '{}' })),
      },
    ],
    tools: names.map((name) => ({ name })),
    other: [],
  }
}

function namesOf({ tools = [], messages }: ModelRequest): string[] {
  const called = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? part.name : [])))
  return [...tools.map(({ name }) => name), ...called]
}

it('names that the target takes stay, and so does the request', () => {
  expect(fitToolNames(request(['get_weather', 'a'.repeat(64)]), openai)).toBeUndefined()
  expect(fitToolNames(request(['a.b']), google)).toBeUndefined()
})

it('a name keeps what can be read of it', () => {
  const fitted = fitToolNames(request(['files.read'], ['files.read']), openai)
  expect(fitted && namesOf(fitted.request)).toEqual([
    expect.stringMatching(/^files_read_[0-9a-f]{8}$/),
    expect.stringMatching(/^files_read_[0-9a-f]{8}$/),
  ])
})

it('whatever the names: the target takes them, they stay apart, and each one comes back', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 100 }),
    fc.string({ unit: fc.constantFrom('a', '.', '_', '9'), minLength: 60, maxLength: 80 }),
  )
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(names, fc.constantFrom(openai, google), (all, rule) => {
      const fitted = fitToolNames(request(all, all), rule)
      const written = namesOf(fitted?.request ?? request(all, all))
      expect(new Set(written).size).toBe(all.length)
      for (const one of written) {
        expect(one).toMatch(rule.pattern)
      }
      const starts = written
        .slice(0, all.length)
        .map((one, index) => ({ type: 'tool-call-start', choice: 0, index, id: '', name: one }) as const)
      const back = withOriginalNames(starts, fitted?.originals)
      expect(back.map((part) => (part.type === 'tool-call-start' ? part.name : ''))).toEqual(all)
    }),
  )
})

it('a name that looks like a fitted one of another is kept apart from it', () => {
  const [first = ''] = namesOf(fitToolNames(request(['a.b']), openai)?.request ?? request([]))
  const both = fitToolNames(request(['a.b', first]), openai)
  const written = namesOf(both?.request ?? request([]))
  expect(written[1]).toBe(first)
  expect(written[0]).not.toBe(first)
})

it('a name is fitted in the same way whatever stands beside it', () => {
  const alone = fitToolNames(request(['files.read']), openai)
  const among = fitToolNames(request(['x.y', 'files.read', 'zzz'], ['files.read']), openai)
  expect(namesOf(among?.request ?? request([]))[1]).toBe(namesOf(alone?.request ?? request([]))[0])
})

it('halves of characters, which encode alike, stay apart', () => {
  const halves = Array.from({ length: 2048 }, (_, index) => String.fromCharCode(0xd800 + index))
  const written = namesOf(fitToolNames(request(halves), openai)?.request ?? request([]))
  expect(new Set(written).size).toBe(2048)
})

it('names that occupy the forms of another do not keep it from one', () => {
  const occupied = ['a.b']
  for (let round = 0; round < 100; round++) {
    const [next = ''] = namesOf(fitToolNames(request(occupied), openai)?.request ?? request([]))
    occupied.push(next)
  }
  expect(new Set(occupied).size).toBe(101)
})
