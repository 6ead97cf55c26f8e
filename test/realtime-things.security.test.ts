import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, queue, startMockRealtime } from './support/mock-realtime.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
let mock: MockRealtime
let gateway: TestGateway

beforeAll(async () => {
  mock = await startMockRealtime()
  const apiKey = 'sk-upstream-secret-of-realtime'
  gateway = await startTestGateway({
    keys: [{ id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] }],
    config: {
      providers: [{ id: 'first', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey, allowPrivateNetwork: true }],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

it('a message of a session names nothing that the gateway has not seen made, and the session goes on', async () => {
  const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=first/gpt-realtime`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${strangerKey}` } })
  const answers = queue<string>()
  socket.on('message', (data) => answers.put(String(data)))
  await once(socket, 'open')
  const session = await mock.session()
  const item = (content: object) => ({
    type: 'conversation.item.create',
    event_id: 'e',
    item: { type: 'message', content: [content] },
  })
  const named = JSON.stringify(item({ type: 'input_file', file_id: 'file-Theirs' }))
  const refused = [
    [named, 'file_not_found'],
    [named.replace('file_id', '\\u0066ile_id'), 'file_not_found'],
    [named.replace('"event_id"', '"item":{"file_id":"x"},"event_id"'), 'invalid_request'],
    ['{"file_id":"file-Theirs",}', 'invalid_request'],
  ] as const
  for (const [message, code] of refused) {
    socket.send(message)
    expect(JSON.parse(await answers.take())).toMatchObject({ type: 'error', error: { code } })
  }
  socket.send(Buffer.from(named), { binary: true })
  expect(JSON.parse(await answers.take())).toMatchObject({ type: 'error' })
  for (const message of [
    JSON.stringify(item({ type: 'input_text', text: 'The file_id of a conversation is "file-Theirs".' })),
    '{"type":"response.create","response":{"conversation":"none"}}',
    '{"type":"input_audio_buffer.append","audio":"AAAA"}',
  ]) {
    socket.send(message)
    expect(await session.message()).toBe(message)
  }
  socket.close()
  await session.closed
})
