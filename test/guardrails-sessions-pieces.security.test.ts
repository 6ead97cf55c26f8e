import { describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { sessionBed } from './support/session-bed.ts'
import { created, done, guardrail, kinds, mask, of, secret, textOf } from './support/session-events.ts'

const bed = sessionBed()

describe('what a session says in three pieces and more', () => {
  const three = [secret.slice(0, 7), secret.slice(7, 14), secret.slice(14)]
  const singly = ['So: ', ...secret]
  const delta = (text: string, index: number, more: object = {}) =>
    of('output_text.delta', { delta: text, content_index: index, ...more })

  it.each(['deny', 'redact'])('is not passed on whole, under a guardrail that would %s', async (action) => {
    for (const said of [
      three.map((text, index) => delta(text, index)),
      singly.map((text, index) => delta(text, index)),
      three.map((text, index) => delta(text, 0, { item_id: `item_${index}` })),
      // Something else stands between.
      [
        delta(three[0] ?? '', 0),
        of('function_call_arguments.delta', { item_id: 'call', delta: '{"a":1}' }),
        delta(`${three[1]}${three[2]}`, 2),
      ],
      [
        delta(three[0] ?? '', 0),
        of('output_audio_transcript.delta', { item_id: 'o', delta: 'Hm. ' }),
        delta(`${three[1]}${three[2]}`, 2),
      ],
      // In turns.
      [delta(three[0] ?? '', 0), delta(three[1] ?? '', 1), delta(three[2] ?? '', 0)],
    ]) {
      await bed.open([guardrail({ action })])
      bed.say(created(), ...said, done())
      const got = await bed.heard()
      expect(textOf(got)).not.toContain(secret)
      expect(kinds(got).slice(-2)).toEqual(['error', 'response.done'])
    }
  })

  it('is taken out of the parts of an item, and refused in items that follow each other', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    const content = three.map((text) => ({ type: 'output_text', text }))
    const item = (parts: readonly object[], id: string) => ({
      type: 'conversation.item.added',
      event_id: id,
      item: { id, type: 'message', role: 'assistant', content: parts },
    })
    bed.say(item(content, 'i1'))
    const [got] = await bed.heard()
    expect(got?.['item'].content.map((part: Json) => part.text)).toEqual([mask, '', ''])
    bed.say(...content.map((part, index) => item([part], `n${index}`)))
    const followed = await bed.heard()
    expect(kinds(followed)).toEqual(['conversation.item.added', 'conversation.item.added', 'error'])
    expect(JSON.stringify(followed)).not.toContain(three[2])
  })

  it('goes on where what ends a text was taken out by itself', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    bed.say(created(), delta(`It is ${secret}`, 0), delta('Then it is. ', 1), done())
    expect(textOf(await bed.heard())).toBe(`It is ${mask}Then it is. `)
  })

  it('does not bring the provider what a client cuts', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    const item = (texts: readonly string[]) =>
      bed.socket.send(
        JSON.stringify({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: texts.map((text) => ({ type: 'input_text', text })) },
        }),
      )
    item(three)
    expect(JSON.parse(await bed.session.message()).item.content.map((part: Json) => part.text)).toEqual([mask, '', ''])
    item([`My key is ${secret}`])
    item(['Then use it.'])
    expect(await bed.session.message()).toContain(mask)
    expect(await bed.session.message()).toContain('Then use it.')
    item([`So: ${three[0]}`])
    item([three[1] ?? ''])
    item([three[2] ?? ''])
    expect(await bed.session.message()).toContain(three[0])
    expect(await bed.session.message()).toContain(three[1])
    expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'error', error: { code: 'guardrail_denied' } })
  })
})
