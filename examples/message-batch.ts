/** A batch of messages, for models of any providers: the gateway works it off itself, or has the provider do it. */
import { setTimeout } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'

const baseURL = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const { batches } = new Anthropic({ baseURL, apiKey: process.env['PORTCULLIS_KEY'] ?? '' }).messages

const requests = ['Hello', 'Good night'].map((content, index) => ({
  custom_id: `request-${index}`,
  params: { model: 'demo/echo', max_tokens: 100, messages: [{ role: 'user' as const, content }] },
}))
const { id } = await batches.create({ requests })
while ((await batches.retrieve(id)).processing_status !== 'ended') await setTimeout(100)

for await (const { custom_id: name, result } of await batches.results(id)) {
  if (result.type !== 'succeeded') console.log(name, result.type)
  else for (const block of result.message.content) if (block.type === 'text') console.log(name, block.text)
}
