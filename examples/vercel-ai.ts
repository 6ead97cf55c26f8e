/** The Vercel AI SDK. */
import { createOpenAI } from '@ai-sdk/openai'
import { generateText } from 'ai'

const url = process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:8787'
const portcullis = createOpenAI({ baseURL: `${url}/v1`, apiKey: process.env['PORTCULLIS_KEY'] ?? '' })

const { text } = await generateText({ model: portcullis.chat('demo/echo'), prompt: 'Hello' })
console.log(text)
