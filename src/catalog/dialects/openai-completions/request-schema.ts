/** A Completions request as clients send it: https://platform.openai.com/docs/api-reference/completions/create */
import * as z from 'zod'

const text = z.string()

export const CompletionsRequest = z.looseObject({
  model: text,
  /** Tokens are numbers. Several prompts are an array of either. */
  prompt: z.union([text, z.array(text), z.array(z.int()), z.array(z.array(z.int()))]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  suffix: text.nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().nullish(),
  logprobs: z.union([z.int(), z.boolean()]).nullish(),
  max_tokens: z.int().nonnegative().nullish(),
  n: z.int().positive().nullish(),
  stop: z.union([text, z.array(text)]).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().nullish(),
  seed: z.int().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  user: text.nullish(),
})
export type CompletionsRequest = z.infer<typeof CompletionsRequest>
