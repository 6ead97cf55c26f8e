/** A Converse request as clients send it: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import * as z from 'zod'

const text = z.string()
const texts = z.array(z.looseObject({ text: text.nullish() })).nullish()
const citations = z.looseObject({ enabled: z.boolean().nullish() }).nullish()
const cachePoint = z.looseObject({ type: text, ttl: text.nullish() }).nullish()

/** A place in S3 is not read: only Bedrock can open it. */
const Image = z.looseObject({ format: text, source: z.looseObject({ bytes: text.nullish() }) })
export type Image = z.infer<typeof Image>

const Document = z.looseObject({
  format: text.nullish(),
  name: text,
  source: z.looseObject({ bytes: text.nullish(), text: text.nullish(), content: texts }),
  context: text.nullish(),
  citations,
})
export type Document = z.infer<typeof Document>

const SearchResult = z.looseObject({ source: text, title: text, content: texts, citations })
export type SearchResult = z.infer<typeof SearchResult>

const ResultBlock = z.looseObject({
  text: text.nullish(),
  json: z.unknown().optional(),
  image: Image.nullish(),
  document: Document.nullish(),
  searchResult: SearchResult.nullish(),
})
export type ResultBlock = z.infer<typeof ResultBlock>

/** A block is named by its one member; members that we do not read are named when they cannot go elsewhere. */
const Block = z.looseObject({
  text: text.nullish(),
  image: Image.nullish(),
  document: Document.nullish(),
  searchResult: SearchResult.nullish(),
  audio: Image.nullish(),
  guardContent: z.looseObject({ text: z.looseObject({ text }).nullish() }).nullish(),
  citationsContent: z.looseObject({ content: texts }).nullish(),
  reasoningContent: z
    .looseObject({
      reasoningText: z.looseObject({ text, signature: text.nullish() }).nullish(),
      redactedContent: text.nullish(),
    })
    .nullish(),
  toolUse: z.looseObject({ toolUseId: text, name: text, input: z.unknown().optional() }).nullish(),
  toolResult: z
    .looseObject({ toolUseId: text, content: z.array(ResultBlock).nullish(), status: text.nullish() })
    .nullish(),
  cachePoint,
})
export type Block = z.infer<typeof Block>

export const ConverseRequest = z.looseObject({
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: z.array(Block) })).min(1),
  system: z
    .array(
      z.looseObject({
        text: text.nullish(),
        guardContent: z.looseObject({ text: z.looseObject({ text }).nullish() }).nullish(),
        cachePoint,
      }),
    )
    .nullish(),
  inferenceConfig: z
    .looseObject({
      maxTokens: z.int().nonnegative().nullish(),
      temperature: z.number().nullish(),
      topP: z.number().nullish(),
      stopSequences: z.array(text).nullish(),
    })
    .nullish(),
  toolConfig: z
    .looseObject({
      tools: z.array(
        z.looseObject({
          toolSpec: z
            .looseObject({
              name: text,
              description: text.nullish(),
              inputSchema: z.looseObject({ json: z.record(z.string(), z.unknown()).nullish() }).nullish(),
              strict: z.boolean().nullish(),
            })
            .nullish(),
          cachePoint,
        }),
      ),
      toolChoice: z
        .looseObject({
          auto: z.unknown().optional(),
          any: z.unknown().optional(),
          tool: z.looseObject({ name: text }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  outputConfig: z
    .looseObject({
      textFormat: z
        .looseObject({
          type: text,
          structure: z.looseObject({
            jsonSchema: z.looseObject({ schema: text, name: text.nullish(), description: text.nullish() }).nullish(),
          }),
        })
        .nullish(),
      effort: text.nullish(),
    })
    .nullish(),
  /** Of the model's own vendor, so of any shape; read by hand. */
  additionalModelRequestFields: z.unknown().optional(),
  additionalModelResponseFieldPaths: z.array(text).nullish(),
  requestMetadata: z.record(z.string(), text).nullish(),
  serviceTier: z.looseObject({ type: text }).nullish(),
})
export type ConverseRequest = z.infer<typeof ConverseRequest>
