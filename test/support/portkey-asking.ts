import type { WireReply } from './client.ts'
import type { Testbed } from './testbed.ts'

export const path = '/v1/chat/completions'
export const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] }

/** Chats with headers of Portkey, `askWith` with a config of it. */
export function portkeyAsking(bed: () => Testbed) {
  const ask = (headers: Readonly<Record<string, string>>, sent: unknown = body, to = path): Promise<WireReply> =>
    bed().gateway.post(to, sent, { headers })
  const askWith = (config: unknown, sent?: unknown): Promise<WireReply> =>
    ask({ 'x-portkey-config': JSON.stringify(config) }, sent)
  return { ask, askWith }
}
