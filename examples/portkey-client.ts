/** The official Portkey SDK; of an application that uses it, only the base URL and the key change. */
import { Portkey } from 'portkey-ai'

const portkey = new Portkey({
  baseURL: `${process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'}/v1`,
  apiKey: process.env['PORTCULLIS_KEY'] ?? '',
  config: { strategy: { mode: 'fallback' }, targets: [{ provider: '@demo', override_params: { model: 'echo' } }] },
})
const reply = await portkey.chat.completions.create({ model: 'any', messages: [{ role: 'user', content: 'Hello' }] })
process.stdout.write(`${reply.choices?.[0]?.message?.content}\n`)
