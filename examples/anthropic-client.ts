/** An Anthropic client; the demo provider speaks OpenAI's dialect, so every call is translated. */
import Anthropic from '@anthropic-ai/sdk'

const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const client = new Anthropic({ baseURL: url, apiKey: process.env['PORTCULLIS_KEY'] ?? '' })

const stream = client.messages.stream({
  model: 'demo/echo',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
})
const message = await stream.finalMessage()
for (const block of message.content) if (block.type === 'text') console.log(block.text)
console.log(`${message.usage.input_tokens} tokens in, ${message.usage.output_tokens} out`)
