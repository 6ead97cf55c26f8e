/** Requests of Ollama's own API: https://docs.ollama.com/api/chat and https://docs.ollama.com/api/generate. */
import * as z from 'zod'

const text = z.string()
const number = z.number().nullish()
const images = z.array(text).nullish()

const ToolCall = z.looseObject({
  id: text.nullish(),
  type: text.nullish(),
  function: z.looseObject({
    name: text,
    arguments: z.record(z.string(), z.unknown()).nullish(),
    /** The order says the same. */
    index: z.unknown().optional(),
  }),
})

const RequestMessage = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: text.nullish(),
  thinking: text.nullish(),
  images,
  tool_calls: z.array(ToolCall).nullish(),
  tool_name: text.nullish(),
  tool_call_id: text.nullish(),
})
export type RequestMessage = z.infer<typeof RequestMessage>

const Tool = z.looseObject({
  type: text.nullish(),
  function: z.looseObject({
    name: text,
    description: text.nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
})

/** What both endpoints take beside what they are asked. */
const settings = {
  model: text,
  stream: z.boolean().nullish(),
  format: z.union([text, z.record(z.string(), z.unknown())]).nullish(),
  think: z.union([z.boolean(), text]).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: number,
  options: z
    .looseObject({
      temperature: number,
      top_p: number,
      top_k: number,
      num_predict: number,
      seed: number,
      presence_penalty: number,
      frequency_penalty: number,
      stop: z.union([text, z.array(text)]).nullish(),
    })
    .nullish(),
}
const Settings = z.looseObject(settings)
export type Settings = z.infer<typeof Settings>

export const ChatRequest = z.looseObject({
  ...settings,
  messages: z.array(RequestMessage),
  tools: z.array(Tool).nullish(),
})
export type ChatRequest = z.infer<typeof ChatRequest>

export const GenerateRequest = z.looseObject({ ...settings, prompt: text.nullish(), system: text.nullish(), images })
