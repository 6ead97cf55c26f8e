/** A request as clients send it: https://ai.google.dev/api/generate-content. Known fields are checked, unknown ones collected. */
import * as z from 'zod'

const text = z.string()
const object = z.record(z.string(), z.unknown())

const Blob = z.looseObject({ mimeType: text.nullish(), data: text })
const FileData = z.looseObject({ fileUri: text, mimeType: text.nullish() })

const Part = z.looseObject({
  text: text.nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: text.nullish(),
  inlineData: Blob.nullish(),
  fileData: FileData.nullish(),
  functionCall: z.looseObject({ id: text.nullish(), name: text, args: object.nullish() }).nullish(),
  functionResponse: z
    .looseObject({
      id: text.nullish(),
      name: text,
      response: object.nullish(),
      parts: z.array(z.looseObject({ inlineData: Blob.nullish(), fileData: FileData.nullish() })).nullish(),
    })
    .nullish(),
})
export type Part = z.infer<typeof Part>

/** `function` is the older name of the user's role for results. */
const Content = z.looseObject({ role: z.enum(['user', 'model', 'function']).nullish(), parts: z.array(Part).nullish() })
export type Content = z.infer<typeof Content>

export const GenerateRequest = z.looseObject({
  /** Stands in the path; some clients repeat it. */
  model: text.nullish(),
  contents: z.array(Content).min(1),
  systemInstruction: z.union([text, z.looseObject({ role: text.nullish(), parts: z.array(Part).nullish() })]).nullish(),
  tools: z
    .array(
      z.looseObject({
        functionDeclarations: z
          .array(
            z.looseObject({
              name: text,
              description: text.nullish(),
              parameters: object.nullish(),
              parametersJsonSchema: z.unknown().optional(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  toolConfig: z
    .looseObject({
      functionCallingConfig: z
        .looseObject({ mode: text.nullish(), allowedFunctionNames: z.array(text).nullish() })
        .nullish(),
    })
    .nullish(),
  generationConfig: z
    .looseObject({
      temperature: z.number().nullish(),
      topP: z.number().nullish(),
      topK: z.number().nullish(),
      candidateCount: z.int().positive().nullish(),
      maxOutputTokens: z.int().nonnegative().nullish(),
      stopSequences: z.array(text).nullish(),
      seed: z.int().nullish(),
      presencePenalty: z.number().nullish(),
      frequencyPenalty: z.number().nullish(),
      responseMimeType: text.nullish(),
      responseSchema: object.nullish(),
      responseJsonSchema: z.unknown().optional(),
      responseLogprobs: z.boolean().nullish(),
      logprobs: z.int().nullish(),
      thinkingConfig: z
        .looseObject({
          thinkingBudget: z.int().nullish(),
          thinkingLevel: text.nullish(),
          includeThoughts: z.boolean().nullish(),
        })
        .nullish(),
    })
    .nullish(),
})
export type GenerateRequest = z.infer<typeof GenerateRequest>
