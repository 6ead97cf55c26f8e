import { describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { sessionBed } from './support/session-bed.ts'
import {
  answer,
  created,
  done,
  guardrail,
  kinds,
  mask,
  of,
  pieces,
  secret,
  sound,
  textOf,
} from './support/session-events.ts'

const bed = sessionBed()

describe('an answer of a session under a guardrail that redacts', () => {
  it.each([
    ['output_text', 'text'],
    ['text', 'text'],
    ['output_audio_transcript', 'transcript'],
    ['audio_transcript', 'transcript'],
    ['function_call_arguments', 'arguments'],
    ['mcp_call_arguments', 'arguments'],
  ])('%s loses what is spread over events, in each event that says it, and keeps their order', async (type, field) => {
    await bed.open([guardrail({ action: 'redact' })])
    const text = `{"a":"Sign in with ${secret} today, and not tomorrow."}`
    const said = answer(text, type, field)
    bed.say(...said)
    const got = await bed.heard()
    expect(kinds(got)).toEqual(kinds(said))
    expect(textOf(got)).toBe(text.replace(secret, mask))
    expect(JSON.stringify(got)).not.toContain(secret)
    // In its deltas, in the event of its end, twice in its item, and in the end of the answer.
    expect(JSON.stringify(got).split(mask)).toHaveLength(6)
  })

  it('is the same in pieces of any size', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    const text = `${secret} at the start, in the middle ${secret} ${secret}, and 😀 at the end ${secret}`
    for (const size of [1, 2, 7, 19, 20, 21, 64, 500]) {
      const id = { response_id: `resp_${size}`, item_id: `item_${size}` }
      bed.say(
        ...pieces('output_text', text, size, id),
        of('output_text.done', { text, ...id }),
        done([], id.response_id),
      )
      const got = await bed.heard()
      expect([size, textOf(got)]).toEqual([size, text.replaceAll(secret, mask)])
      expect(got.at(-2)?.['text']).toBe(text.replaceAll(secret, mask))
    }
  })

  it('goes byte for byte where there is nothing to take out', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    const said = answer('The capital of France is Paris.').map((event) => JSON.stringify(event, undefined, 1))
    for (const text of said) bed.session.socket.send(text)
    for (const text of said) expect(await bed.messages.take()).toBe(text)
  })

  it('is not joined wrongly where two answers come side by side', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    const other = { response_id: 'resp_2', item_id: 'item_2' }
    const [one, two] = [
      pieces('output_text', `Use ${secret}.`, 5),
      pieces('output_text', 'Nothing to see at all.', 5, other),
    ]
    bed.say(created(), created('resp_2'))
    for (const [index, event] of one.entries()) bed.say(event, two[index] ?? of('rate', other))
    bed.say(
      of('output_text.done', { text: `Use ${secret}.` }),
      of('output_text.done', { text: 'Nothing to see at all.', ...other }),
    )
    const got = await bed.heard()
    expect(textOf(got.filter(({ response_id }) => response_id === 'resp_1'))).toBe(`Use ${mask}.`)
    expect(textOf(got.filter(({ response_id }) => response_id === 'resp_2'))).toBe('Nothing to see at all.')
  })

  it('is one text, whatever its deltas are called in turn', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    bed.say(created())
    for (const [index, event] of pieces('output_text', `Use ${secret} now.`).entries())
      bed.say(index % 2 === 0 ? event : { ...event, type: 'response.text.delta' })
    bed.say(of('output_text.done', { text: `Use ${secret} now.` }))
    expect(textOf(await bed.heard())).toBe(`Use ${mask} now.`)
  })

  it('has no sound of what was taken out of its words', async () => {
    await bed.open([guardrail({ action: 'redact' })])
    bed.say(
      created(),
      of('output_audio.delta', { delta: sound }),
      ...pieces('output_audio_transcript', `The key is ${secret}.`),
      of('output_audio.delta', { delta: sound }),
      of('output_audio.done'),
      of('output_audio_transcript.done', { transcript: `The key is ${secret}.` }),
      done(),
    )
    const got = await bed.heard()
    expect(textOf(got)).toBe(`The key is ${mask}.`)
    expect(kinds(got)).not.toContain('response.output_audio.delta')
  })

  it('puts back what the client said, also where the provider repeats its words', async () => {
    await bed.open([
      { id: 'mail', detector: 'pii', state: 'enforce', action: 'redact', redaction: 'token', rules: ['email'] },
    ])
    const said = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
    bed.socket.send(JSON.stringify({ type: 'conversation.item.create', item: said('Write to ada@example.com.') }))
    const there = JSON.parse(await bed.session.message()) as Json
    expect(there.item.content[0].text).toBe('Write to <EMAIL_1>.')
    bed.say(
      { type: 'conversation.item.added', event_id: 'event_a', item: there.item },
      ...answer('I wrote to <EMAIL_1> today.'),
    )
    const got = await bed.heard()
    expect(got[0]?.['item'].content[0].text).toBe('Write to ada@example.com.')
    expect(textOf(got)).toBe('I wrote to ada@example.com today.')
    expect(got.at(-1)?.['response'].output[0].content[0].text).toBe('I wrote to ada@example.com today.')
    bed.socket.close()
    await bed.session.closed
    const call = await bed.call()
    expect(JSON.stringify(call)).not.toContain('ada@example.com')
  })
})

describe('sound of an answer', () => {
  const words = 'Good morning to you.'
  const spoken = [
    created(),
    of('output_audio.delta', { delta: sound }),
    ...pieces('output_audio_transcript', words),
    of('output_audio.delta', { delta: sound }),
    of('output_audio.done'),
  ]
  const end = [
    of('output_audio_transcript.done', { transcript: words }),
    of('content_part.done', { part: { type: 'audio', transcript: words } }),
    done(),
  ]

  it('waits for its words, and keeps its place', async () => {
    await bed.open([guardrail({ action: 'deny' })])
    bed.say(...spoken)
    const own = { type: 'input_audio_buffer.append', audio: sound }
    bed.socket.send(JSON.stringify(own))
    await bed.session.message()
    expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'response.created' })
    bed.say(...end)
    expect(kinds(await bed.heard())).toEqual(kinds([...spoken.slice(1), ...end]))
  })

  it('goes as it comes where that was chosen, or where nothing would be done', async () => {
    await bed.open([guardrail({ action: 'deny' })], { sessions: 'allow' })
    bed.say(created(), of('output_audio.delta', { delta: sound }))
    expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'response.created' })
    expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'response.output_audio.delta' })
  })

  it.each([
    ['with its part', of('content_part.done', { part: { type: 'audio' } })],
    ['with its answer', done()],
  ])('goes nowhere without its words, which end %s', async (_name, last) => {
    await bed.open([guardrail({ action: 'deny' })])
    bed.say(created(), of('output_audio.delta', { delta: sound }), of('output_audio.done'), last)
    expect(JSON.parse(await bed.session.message())).toMatchObject({ type: 'response.cancel' })
    if (last.type !== 'response.done') bed.say(done())
    expect(kinds(await bed.heard())).toEqual(['response.created', 'error', 'response.done'])
  })

  it('that waits without end is refused', async () => {
    await bed.open([guardrail({ action: 'deny' })])
    const long = 'AAAA'.repeat(250_000)
    bed.say(created(), ...Array.from({ length: 40 }, () => of('output_audio.delta', { delta: long })))
    expect(JSON.parse(await bed.session.message())).toMatchObject({ type: 'response.cancel' })
    bed.say(done())
    expect(kinds(await bed.heard())).toEqual(['response.created', 'error', 'response.done'])
  })

  it('is not in items that are asked for, without words', async () => {
    await bed.open([guardrail({ action: 'deny' })])
    const item = (part: object) => ({
      type: 'conversation.item.retrieved',
      event_id: 'event_r',
      item: { id: 'item_r', type: 'message', role: 'assistant', content: [{ type: 'audio', audio: sound, ...part }] },
    })
    bed.say(item({}), item({ transcript: words }))
    const got = await bed.heard()
    expect(got.map((event) => event['item'].content[0].audio)).toEqual([undefined, sound])
  })
})

it('a session whose provider leaves says all that may be said', async () => {
  await bed.open([guardrail({ action: 'redact' })])
  bed.say(created(), ...pieces('output_text', `Use ${secret}`))
  bed.session.socket.close(1000)
  await bed.closed
  const got: Json[] = []
  for (let index = 0; index < 9; index++) got.push(JSON.parse(await bed.messages.take()) as Json)
  expect(textOf(got)).toBe(`Use ${mask}`)
})

it('an answer without end is passed on as it comes, with what waits bounded', async () => {
  await bed.open([guardrail({ action: 'redact' })])
  bed.say(created())
  let text = ''
  for (let index = 0; index < 3000; index++) bed.say(of('output_text.delta', { delta: `word ${index} and another ` }))
  while (!text.includes('word 2900 ')) text += (JSON.parse(await bed.messages.take()) as Json).delta ?? ''
  expect(text).toContain('word 0 and another word 1 ')
})
