/** A Cohere client; the demo provider speaks OpenAI's dialect, so every call is translated. */
import { CohereClientV2 } from 'cohere-ai'

const environment = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const client = new CohereClientV2({ environment, token: process.env['PORTCULLIS_KEY'] ?? '' })

const events = await client.chatStream({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
let text = ''
for await (const event of events) {
  if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? ''
  if (event.type === 'message-end') console.log(`${text} (${event.delta?.finishReason})`)
}
