import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, guardrail, manners, numbered, sse } from './support/cut-blocks.ts'
import { stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ config: { guardrails: [guardrail({ action: 'redact' })], inspection: { preset: 'off' } } })
})
afterAll(() => bed.close())
afterEach(() => bed.reset())

describe('a table that is cut by the end of a block, under a guardrail that redacts', () => {
  const tablesCut: readonly (readonly [string, readonly string[]])[] = [
    ['headings end a block', ['Here:\nuser,password\n', 'bob,tr0ub4dor3x\nal,hunter2zz9\n']],
    ['headings end a block without an end of the line', ['Here:\nuser,password', '\nbob,tr0ub4dor3x\nal,hunter2zz9\n']],
    ['headings are cut', ['Here:\nuser,pass', 'word\nbob,tr0ub4dor3x\nal,hunter2zz9\n']],
    ['rows stand in blocks of their own', ['Here:\nuser,password\n', 'bob,tr0ub4dor3x\n', 'al,hunter2zz9\n', 'Yes.']],
    ['a row is cut', [`Here:\nuser,password\n${'x,y\n'.repeat(300)}bo`, 'b,tr0ub4dor3x\nal,hunter2zz9\n']],
    ['the end of a row is cut', ['Here:\nuser,password\nbob,', 'tr0ub4dor3x\nal,hunter2zz9\n']],
    ['a row is cut twice', ['Here:\nuser,password\nbo', 'b,', 'tr0ub4dor3x\nal,hunter2zz9\n']],
    ['a row of Markdown is cut', ['| user | password |\n|---|---|\n| bob ', '| tr0ub4dor3x |\n| al | hunter2zz9 |\n']],
  ]
  const withoutPasswords = (blocks: readonly string[]): string =>
    blocks.join('').replace('tr0ub4dor3x', '[PASSWORD]').replace('hunter2zz9', '[PASSWORD]')
  const inManners = (all: typeof tablesCut) =>
    all.flatMap(([where, blocks]) => manners.map((manner) => ({ ...manner, where, blocks })))

  it.each(inManners(tablesCut))(
    'is found where it is in a table of several: $name, $where',
    async ({ whole, joinWhole, blocks }) => {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', {})
      expect(joinWhole(reply.json)).toBe(withoutPasswords(blocks))
    },
  )

  // Where texts take turns, the rest of a line is looked for in none of them.
  const inTurns = ({ name, where }: { name: string; where: string }): boolean =>
    name === 'Gemini' && /^a row is cut(?: twice)?$/.test(where)
  it.each(inManners(tablesCut).filter((one) => !inTurns(one)))(
    'is found where it is in a table of several in a stream: $name, $where',
    async ({ events, joinEvents, blocks }) => {
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(streamed.text))).toBe(withoutPasswords(blocks))
      const pieces = numbered(blocks).flatMap(([at, text]) =>
        Array.from(text.match(/.{1,3}/gs) ?? [], (piece) => [at, piece] as const),
      )
      bed.openai.reply(stream(sse(events(pieces))))
      const again = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(again.text))).toBe(withoutPasswords(blocks))
    },
  )
})
