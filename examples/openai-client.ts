/** An OpenAI client, unchanged but for its base URL and key. */
import OpenAI from 'openai'

const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env['PORTCULLIS_KEY'] ?? '' })
const messages = [{ role: 'user', content: 'Hello' }] as const

const whole = await client.chat.completions.create({ model: 'demo/echo', messages: [...messages] })
console.log(whole.choices[0]?.message.content)

const stream = await client.chat.completions.create({ model: 'demo/echo', messages: [...messages], stream: true })
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
console.log()
