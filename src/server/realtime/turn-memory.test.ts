import { describe, expect, it } from 'vitest'
import { createTurnMemory } from './turn-memory.ts'

const item = (text: string) => ({ type: 'message', id: `msg_${text}`, role: 'user', content: text })

describe('the memory of a socket', () => {
  it('puts the conversation before the new input, without ids that name nothing', () => {
    const memory = createTurnMemory(() => 1000)
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] }
    const sealed = { ...reasoning, encrypted_content: 'x' }
    memory.keep('resp_1', [item('a'), reasoning, sealed], 10)
    const request = { model: 'm', store: false, previous_response_id: 'resp_1', input: 'b' }
    const bare = { type: 'message', role: 'user' }
    expect(memory.turn(request).body).toEqual({
      model: 'm',
      store: false,
      input: [
        { ...bare, content: 'a' },
        { type: 'reasoning', summary: [], encrypted_content: 'x' },
        { ...bare, content: 'b' },
      ],
    })
  })

  it('leaves alone what it does not know', () => {
    const request = { model: 'm', previous_response_id: 'resp_1', input: [item('a')] }
    expect(createTurnMemory(() => 1000).turn(request)).toEqual({ body: request, items: [item('a')] })
  })

  it('lets a conversation fork, and forgets the oldest when there is too much', () => {
    const memory = createTurnMemory(() => 100)
    const isKnown = (id: string): boolean =>
      'previous_response_id' in memory.turn({ previous_response_id: id }).body === false
    memory.keep('one', [item('a')], 40)
    memory.keep('two', [item('b')], 40)
    memory.keep('two', [item('b')], 40)
    expect([isKnown('one'), isKnown('two')]).toEqual([true, true])
    memory.keep('three', [item('c')], 40)
    expect([isKnown('one'), isKnown('two'), isKnown('three')]).toEqual([false, true, true])
    memory.keep('four', [item('d')], 200)
    expect(isKnown('four')).toBe(false)
    for (let index = 0; index < 40; index++) memory.keep(`r${index}`, [], 1)
    expect([isKnown('r0'), isKnown('r39')]).toEqual([false, true])
  })
})
