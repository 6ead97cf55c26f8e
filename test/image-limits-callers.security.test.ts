import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestGateway } from './support/gateway.ts'
import { png } from './support/images.ts'
import { queue, startMockRealtime } from './support/mock-realtime.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const ids = ['till', 'kiosk', 'lab', 'open', 'bare'] as const
const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`
const workspaces: Readonly<Record<string, string>> = { till: 'payments', kiosk: 'payments', lab: 'lab' }
const images = {
  max: 1,
  callers: [
    { keys: ['kiosk', 'lab'], workspaces: ['payments'], max: 0 },
    { workspaces: ['payments', 'lab'], maxPixels: 100 },
    { keys: ['open'] },
  ],
}
const keys = ids.map((id) => ({
  id,
  key: keyOf(id),
  ...(workspaces[id] === undefined ? {} : { workspace: workspaces[id] }),
}))

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ keys, config: { inspection: { preset: 'off', images } } })
})
afterEach(() => bed.reset())
afterAll(() => bed.close())

const small = png(10, 10)
const url = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`
const content = (held: readonly Buffer[]) => held.map((one) => ({ type: 'image_url', image_url: { url: url(one) } }))

/** Of one picture, of two, and of a wide one: what is refused. */
async function refused(id: string, ask: (id: string, held: readonly Buffer[]) => Promise<string | null>) {
  const answers: (string | null)[] = []
  for (const held of [[small], [small, small], [png(11, 10)]]) answers.push(await ask(id, held))
  return answers.map((code) => code === 'image_over_limit')
}
const expected: Readonly<Record<(typeof ids)[number], readonly boolean[]>> = {
  // The first entry that names a caller is all of his limits.
  till: [false, false, true],
  kiosk: [true, true, true],
  lab: [false, false, true],
  open: [false, false, false],
  bare: [false, true, false],
}

it.each([
  [
    '/v1/chat/completions',
    (held: readonly Buffer[]) => ({ model: 'fast', messages: [{ role: 'user', content: content(held) }] }),
  ],
  ['/p/openai-mock/anything', (held: readonly Buffer[]) => ({ images: held.map((one) => one.toString('base64')) })],
] as const)('each caller has the limits of the first entry that names him, at %s', async (path, body) => {
  for (const id of ids) {
    const ask = async (as: string, held: readonly Buffer[]) => {
      const reply = await bed.gateway.post(path, body(held), { headers: { authorization: `Bearer ${keyOf(as)}` } })
      return String(reply.headers['x-portcullis-error'] ?? '')
    }
    expect([id, await refused(id, ask)]).toEqual([id, expected[id]])
  }
})

it.each(['/v1/images/edits', '/p/openai-mock/images/edits'])('so in forms, at %s', async (path) => {
  for (const id of ids) {
    const ask = async (as: string, held: readonly Buffer[]) => {
      const form = new FormData()
      form.set('model', 'openai-mock/gpt-image-1')
      form.set('prompt', 'A cat.')
      for (const one of held) form.append('image[]', new Blob([new Uint8Array(one)]), 'a.png')
      const headers = { authorization: `Bearer ${keyOf(as)}` }
      const response = await fetch(bed.gateway.url + path, { method: 'POST', headers, body: form })
      await response.arrayBuffer()
      return response.headers.get('x-portcullis-error')
    }
    expect([id, await refused(id, ask)]).toEqual([id, expected[id]])
  }
})

it('so in sessions, and those of callers without limits go as they came', async () => {
  const mock = await startMockRealtime()
  const provider = { id: 'first', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x' }
  const gateway = await startTestGateway({
    keys,
    config: { providers: [{ ...provider, allowPrivateNetwork: true }], inspection: { preset: 'off', images } },
  })
  const message = JSON.stringify({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: url(small) }] },
  })
  for (const id of ['kiosk', 'open']) {
    const headers = { authorization: `Bearer ${keyOf(id)}` }
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/realtime?model=first/gpt-realtime`, {
      headers,
    })
    const answers = queue<string>()
    socket.on('message', (data) => answers.put(String(data)))
    await once(socket, 'open')
    const session = await mock.session()
    socket.send(message)
    if (id === 'kiosk') expect(JSON.parse(await answers.take())).toMatchObject({ error: { code: 'image_over_limit' } })
    else expect(await session.message()).toBe(message)
    socket.close()
    await session.closed
  }
  await gateway.close()
  await mock.close()
})
