/** A batch of calls, for a model of any provider: the gateway works it off itself. */
import { setTimeout } from 'node:timers/promises'
import OpenAI, { toFile } from 'openai'

const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env['PORTCULLIS_KEY'] ?? '' })

const lines = ['Hello', 'Good night'].map((content, index) => ({
  custom_id: `line-${index}`,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'demo/echo', messages: [{ role: 'user', content }] },
}))
const text = lines.map((line) => JSON.stringify(line)).join('\n')
const file = await client.files.create({ file: await toFile(Buffer.from(text), 'calls.jsonl'), purpose: 'batch' })

let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
})
while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
  await setTimeout(100)
  batch = await client.batches.retrieve(batch.id)
}

// Lines that failed are in a file of their own.
for (const file of [batch.output_file_id, batch.error_file_id]) {
  if (file == null) continue
  const results = await (await client.files.content(file)).text()
  for (const line of results.trimEnd().split('\n')) {
    const { custom_id: id, response, error } = JSON.parse(line)
    console.log(id, response?.body.choices?.[0].message.content ?? response?.body.error.message ?? error.message)
  }
}
