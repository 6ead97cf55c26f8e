import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { eventsOf, fixture, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const question = [{ role: 'user', content: 'Who goes there?' }]
const clients = ['/v1/chat/completions', '/v1/messages'] as const

/** Ways of JSON to write the same text (RFC 8259, section 7). */
const spellings: readonly (readonly [name: string, spell: (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['with one character escaped', (secret) => secret.replace('-', '\\u002d')],
  [
    'escaped throughout',
    (secret) => secret.replace(/./g, (character) => `\\u00${character.charCodeAt(0).toString(16).toUpperCase()}`),
  ],
]

/** The reply, and all that the record has of it. */
async function expectNothingOf(secret: string, reply: WireReply): Promise<void> {
  const record = JSON.stringify(await bed.gateway.call(reply))
  for (const shown of [reply.text, JSON.stringify(reply.headers), record]) {
    expect(shown).not.toContain(secret)
    // As a reader of the JSON would see it.
    expect(
      shown.replace(/\\+u00([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    ).not.toContain(secret)
  }
  expect(reply.text).toContain('[credential]')
}

for (const path of clients) {
  for (const [spelling, spell] of spellings) {
    describe(`a provider that echoes the credential ${spelling} to a client of ${path}`, () => {
      it.each([
        [
          'openai',
          'gpt-5-mini',
          (secret: string) => `{"error":{"message":"Bad key ${secret}.","type":"${secret}","code":"${secret}"}}`,
        ],
        [
          'anthropic',
          'claude-sonnet-4-5',
          (secret: string) => `{"type":"error","error":{"type":"authentication_error","message":"Bad key ${secret}."}}`,
        ],
      ] as const)('in an error of %s shows it to nobody', async (provider, model, error) => {
        const secret = bed.secrets[provider]
        bed[provider].reply(unary(error(spell(secret)), { status: 401 }))
        const reply = await bed.gateway.post(path, { model, max_tokens: 5, messages: question })
        expect(reply.status).toBe(401)
        await expectNothingOf(secret, reply)
      })

      it('in an error with status 200 shows it to nobody', async () => {
        const secret = bed.secrets.openai
        bed.openai.reply(unary(`{"error":{"message":"Bad key ${spell(secret)}.","code":401}}`))
        const reply = await bed.gateway.post(path, { model: 'gpt-5-mini', max_tokens: 5, messages: question })
        expect(reply.status).toBe(401)
        await expectNothingOf(secret, reply)
      })

      for (const [provider, model, file] of [
        ['openai', 'gpt-5-mini', 'openai/chat-completion.sse'],
        ['anthropic', 'claude-sonnet-4-5', 'anthropic/message.sse'],
      ] as const) {
        const event = (secret: string): string =>
          provider === 'openai'
            ? `data: {"error":{"message":"Bad key ${secret}.","type":"server_error"}}\n\n`
            : `event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Bad key ${secret}."}}\n\n`
        const body = { model, max_tokens: 5, stream: true, messages: question }

        it(`as the first event of a stream of ${provider} shows it to nobody`, async () => {
          const secret = bed.secrets[provider]
          bed[provider].reply(stream(event(spell(secret))))
          await expectNothingOf(secret, await bed.gateway.post(path, body))
        })

        it(`inside a stream of ${provider} shows it to nobody`, async () => {
          const secret = bed.secrets[provider]
          const begun = eventsOf(fixture(file)).slice(0, 4).join('')
          bed[provider].reply(stream([begun, event(spell(secret))]))
          const reply = await bed.gateway.post(path, body)
          expect(reply.status).toBe(200)
          await expectNothingOf(secret, reply)
        })
      }
    })
  }
}

describe('a header that may pass', () => {
  it.each([200, 429])('of a reply with status %s does not carry the credential', async (status) => {
    const secret = bed.secrets.openai
    const headers = { 'x-request-id': `req of ${secret}`, 'x-ratelimit-limit-requests': secret }
    bed.openai.reply(
      unary(status === 200 ? fixture('openai/chat-completion.json') : { error: { message: 'No.' } }, {
        status,
        headers,
      }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages: question })
    expect(reply.status).toBe(status)
    expect(JSON.stringify(reply.headers)).not.toContain(secret)
    expect(reply.headers['x-request-id']).toBe('req of [credential]')
  })
})
