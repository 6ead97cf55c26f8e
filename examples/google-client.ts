/** Google's SDK for Gemini; the demo provider speaks OpenAI's dialect, so every call is translated. */
import { GoogleGenAI } from '@google/genai'

const baseUrl = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const client = new GoogleGenAI({ apiKey: process.env['PORTCULLIS_KEY'] ?? '', httpOptions: { baseUrl } })

let text = ''
const ask = { model: 'demo/echo', contents: 'Hello' }
for await (const chunk of await client.models.generateContentStream(ask)) text += chunk.text ?? ''
console.log(text)

const { totalTokens } = await client.models.countTokens(ask)
console.log(`${totalTokens} tokens, about`)
