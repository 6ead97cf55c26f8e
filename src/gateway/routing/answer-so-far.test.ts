import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../../test/support/targets-of-routes.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { continuedRequest, followAnswer, mayBeContinued, summedUsage, withoutBeginning } from './answer-so-far.ts'

const request: ModelRequest = {
  model: 'm',
  stream: true,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Tell me.' }] }],
  other: [],
}
const text = (said: string): ReplyPart => ({ type: 'text-delta', choice: 0, text: said })

describe('a beginning that was said before', () => {
  it('is taken away whatever the pieces, and nothing else is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.array(fc.nat({ max: 5 })), (beginning, rest, sizes) => {
        const whole = beginning + rest.join('')
        const pieces: string[] = []
        let at = 0
        for (const size of [...sizes, whole.length]) {
          pieces.push(whole.slice(at, at + size))
          at += size
        }
        expect(pieces.map(withoutBeginning(beginning)).join('')).toBe(rest.join(''))
      }),
    )
  })

  it('is left where the text begins in another way', () => {
    const shorten = withoutBeginning(' ')
    expect([shorten('word'), shorten(' and'), shorten(' more')]).toEqual(['word', ' and', ' more'])
  })
})

describe('an answer so far', () => {
  it('can go on while it is text, and not before the first word or after the end', () => {
    const answer = followAnswer()
    answer.begin(targetOf('a'), request)
    answer.take({ type: 'reply-start' })
    expect(answer.canGoOn()).toBe(false)
    answer.take(text('Hello'))
    expect(answer.canGoOn()).toBe(true)
    answer.take({ type: 'choice-end', choice: 0, reason: 'stop' })
    expect(answer.canGoOn()).toBe(false)
  })

  it.each<ReplyPart>([
    { type: 'reasoning-delta', choice: 0, text: 'Hm' },
    { type: 'tool-call-start', choice: 0, index: 0, id: 'c', name: 'f' },
    { type: 'refusal-delta', choice: 0, text: 'No' },
    { type: 'text-delta', choice: 1, text: 'Another' },
  ])('cannot with a part of another kind: %o', (part) => {
    const answer = followAnswer()
    answer.begin(targetOf('a'), request)
    answer.take(text('Hello'))
    answer.take(part)
    expect(answer.canGoOn()).toBe(false)
  })

  it('has the figures of a provider that ended, and estimates of one that broke off', () => {
    const answer = followAnswer()
    answer.begin(targetOf('a'), request)
    answer.take({ type: 'usage-report', usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 1 } })
    answer.take(text('one two three four five six'))
    answer.begin(targetOf('b'), request)
    answer.take({ type: 'usage-report', usage: { inputTokens: 20, outputTokens: 3 } })
    answer.take({ type: 'choice-end', choice: 0, reason: 'stop' })
    const [first, second] = answer.stretches()
    expect(first).toMatchObject({ isEstimated: true, usage: { inputTokens: 9, cachedInputTokens: 4 } })
    expect(first?.usage.outputTokens).toBeGreaterThan(4)
    expect(second).toMatchObject({ isEstimated: false, usage: { inputTokens: 20, outputTokens: 3 } })
    expect(summedUsage(answer.stretches().map(({ usage }) => usage))).toMatchObject({
      inputTokens: 29,
      cachedInputTokens: 4,
      outputTokens: 3 + (first?.usage.outputTokens ?? 0),
    })
  })
})

describe('a request', () => {
  it('is continued with the text as the last turn, and with what is left of its bound', () => {
    const continued = continuedRequest({ ...request, maxOutputTokens: 3 }, 'a text that is longer than three tokens')
    expect(continued.messages.at(-1)).toMatchObject({ role: 'assistant' })
    expect(continued.maxOutputTokens).toBe(1)
  })

  it.each<Partial<ModelRequest>>([
    { choiceCount: 2 },
    { responseFormat: { type: 'json' } },
    { reasoning: { mode: 'on' } },
    { reasoning: { effort: 'high' } },
    { logprobs: {} },
    { messages: [...request.messages, { role: 'assistant', parts: [{ type: 'text', text: 'I' }] }] },
  ])('for more than free text is not: %o', (more) => {
    expect(mayBeContinued(request)).toBe(true)
    expect(mayBeContinued({ ...request, ...more })).toBe(false)
  })
})
