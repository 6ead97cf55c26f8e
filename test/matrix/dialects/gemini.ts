import type { JsonObject } from '../../../src/core/wire/json.ts'
import { parseEvents } from '../../../src/core/wire/sse.ts'
import type { Json } from '../../support/client.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixDialect,
  need,
  type Read,
  type Seen,
  type Turn,
} from '../neutral.ts'
import { inHalves, isUrl } from '../wire.ts'

/** Gemini generateContent: https://ai.google.dev/api/generate-content */
export const gemini: MatrixDialect = {
  id: 'gemini',
  title: 'Gemini generateContent',
  client: {
    cannot: {},
    request: (ask) => ({
      path: `/v1beta/models/${ask.model}:${ask.stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      body: requestBody(ask),
    }),
    read: (body, isStream) => read(isStream ? bodiesOf(body) : [JSON.parse(body.toString())]),
    readError: (body) => need(JSON.parse(body.toString()).error.message, 'error.message'),
    readBrokenStream: (body) => {
      const bodies = bodiesOf(body)
      return {
        text: bodies.flatMap((piece) => partsOf(piece).map(({ text }) => text ?? '')).join(''),
        error: need(bodies.find(({ error }) => error !== undefined)?.error.message, 'error.message'),
      }
    },
  },
  provider: {
    cannot: {},
    path: /:(?:streamG|g)enerateContent/,
    basePath: '',
    account: { provider: 'gemini', model: 'gemini-3-flash-preview' },
    see: ({ json, path }) => see(json as Json, path.includes(':streamGenerateContent')),
    answer: (answer, isStream) => (isStream ? stream(sse(pieces(answer))) : unary(whole(answer))),
    refuse: (message, kind, headers) => {
      const [code, status] = refusals[kind]
      // Gemini says how long to wait in the body, and in no header.
      const { 'retry-after': seconds } = headers
      const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }
      const details = seconds === undefined ? {} : { details: [retry] }
      return unary({ error: { code, message, status, ...details } }, { status: code })
    },
    breakOff: (text, message) =>
      stream(sse([candidate([{ text }]), { error: { code: 503, message, status: 'UNAVAILABLE' } }])),
    signed: () => [signature],
  },
}

const signature = 'EqoGCmockGeminiSignature+/12=='

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const refusals = {
  request: [400, 'INVALID_ARGUMENT'],
  rate: [429, 'RESOURCE_EXHAUSTED'],
  fault: [500, 'INTERNAL'],
  overload: [503, 'UNAVAILABLE'],
} as const

function requestBody(ask: Ask): JsonObject {
  return {
    ...(ask.system === undefined ? {} : { systemInstruction: { parts: [{ text: ask.system }] } }),
    contents: ask.turns.map(content),
    ...(ask.tools === undefined
      ? {}
      : {
          tools: [
            {
              functionDeclarations: ask.tools.map(({ name, description, parameters }) => ({
                name,
                description,
                parametersJsonSchema: parameters,
              })),
            },
          ],
        }),
    ...(ask.forcedTool === undefined
      ? {}
      : { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [ask.forcedTool] } } }),
    generationConfig: {
      maxOutputTokens: ask.maxTokens,
      ...(ask.schema === undefined ? {} : { responseMimeType: 'application/json', responseJsonSchema: ask.schema }),
      ...(ask.stop === undefined ? {} : { stopSequences: [...ask.stop] }),
      ...(ask.thinks === undefined ? {} : { thinkingConfig: { includeThoughts: true, thinkingBudget: 4000 } }),
    },
  }
}

function content(turn: Turn): JsonObject {
  if (turn.role === 'kept') return turn.kept
  if (turn.role === 'results') {
    return {
      role: 'user',
      parts: turn.results.map(({ call: { id, name }, text }) => ({
        functionResponse: { id, name, response: { output: text } },
      })),
    }
  }
  const { text, image, document } = turn
  const parts: JsonObject[] = [{ text }]
  if (image !== undefined) parts.push(media('image/png', image))
  if (document !== undefined) parts.push(media('application/pdf', document))
  return { role: 'user', parts }
}

function media(mimeType: string, data: string): JsonObject {
  return isUrl(data) ? { fileData: { mimeType, fileUri: data } } : { inlineData: { mimeType, data } }
}

function bodiesOf(body: Buffer): Json[] {
  return parseEvents(body).map(({ data }) => JSON.parse(data))
}

function partsOf(body: Json): Json[] {
  return body.candidates?.[0]?.content?.parts ?? []
}

/** A stream is many bodies, whose parts stand one behind the other. */
function read(bodies: readonly Json[]): Read {
  const parts = bodies.flatMap(partsOf)
  const calls = parts.filter(({ functionCall }) => functionCall !== undefined)
  const thoughts = parts.filter(({ thought }) => thought === true)
  const reason = bodies.findLast(({ candidates }) => candidates?.[0]?.finishReason)?.candidates[0].finishReason
  const usage = need(bodies.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata, 'usageMetadata')
  return {
    text: parts
      .filter(({ thought }) => thought !== true)
      .map(({ text }) => text ?? '')
      .join(''),
    ...(thoughts.length === 0 ? {} : { reasoning: thoughts.map(({ text }) => text).join('') }),
    calls: calls.map(({ functionCall: { id, name, args } }, index) => ({
      id: id ?? `${index}`,
      name,
      arguments: args,
    })),
    end: reason === 'STOP' && calls.length > 0 ? 'tools' : need(ends[reason], `a meaning of ${reason}`),
    usage: {
      input: usage.promptTokenCount,
      cached: usage.cachedContentTokenCount ?? 0,
      output: usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0),
    },
    kept: { role: 'model', parts },
  }
}

const ends: Readonly<Record<string, Answer['end']>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
}

function see(body: Json, isStream: boolean): Seen {
  const row = new ItemRow()
  for (const { role, parts } of body.contents) {
    for (const part of parts) {
      if (part.thoughtSignature !== undefined && part.thoughtSignature !== 'skip_thought_signature_validator')
        row.signed.push(part.thoughtSignature)
      if (part.thought === true) continue
      if (part.text !== undefined) row.say(role === 'model' ? 'assistant' : 'user', part.text)
      else if (part.inlineData !== undefined)
        row.show(part.inlineData.mimeType === 'application/pdf' ? 'document' : 'image', part.inlineData.data)
      else if (part.fileData !== undefined)
        row.show(
          /pdf$/.test(part.fileData.mimeType ?? part.fileData.fileUri) ? 'document' : 'image',
          part.fileData.fileUri,
        )
      else if (part.functionCall !== undefined)
        row.call(part.functionCall.id, part.functionCall.name, part.functionCall.args)
      else row.result(part.functionResponse, need(part.functionResponse.response.output, 'response.output'))
    }
  }
  const { generationConfig: config = {}, tools = [], toolConfig, systemInstruction } = body
  const forced = toolConfig?.functionCallingConfig
  return {
    stream: isStream,
    ...(systemInstruction === undefined
      ? {}
      : { system: systemInstruction.parts.map(({ text }: Json) => text).join('\n') }),
    items: row.items,
    signed: row.signed,
    tools: tools
      .flatMap(({ functionDeclarations }: Json) => functionDeclarations)
      .map(({ name, parametersJsonSchema: parameters }: Json) => ({ name, parameters })),
    ...(forced?.mode === 'ANY' ? { forcedTool: forced.allowedFunctionNames[0] } : {}),
    ...(config.responseMimeType === 'application/json' ? { schema: config.responseJsonSchema } : {}),
    ...(config.stopSequences === undefined ? {} : { stop: config.stopSequences }),
    maxTokens: config.maxOutputTokens,
    thinks: config.thinkingConfig !== undefined,
  }
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tools: 'STOP',
  refusal: 'SAFETY',
}

function candidate(parts: readonly JsonObject[], more: JsonObject = {}, rest: JsonObject = {}): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts: [...parts] }, index: 0, ...more }],
    modelVersion: 'gemini-3-flash-preview',
    responseId: 'mockResponse',
    ...rest,
  }
}

function usageOf({ usage: { input, cached, output } }: Answer): JsonObject {
  return {
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
      ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
    },
  }
}

/** Gemini sends a call in one piece. */
function callParts({ calls, isSigned }: Answer): JsonObject[] {
  return calls.map(({ id, name, arguments: args }, index) => ({
    functionCall: { id, name, args },
    ...(isSigned !== undefined && index === 0 ? { thoughtSignature: signature } : {}),
  }))
}

function whole(answer: Answer): JsonObject {
  const { text, reasoning, end } = answer
  const parts = [
    ...(reasoning === undefined ? [] : [{ text: reasoning, thought: true }]),
    ...(text === '' ? [] : [{ text }]),
    ...callParts(answer),
  ]
  return candidate(parts, { finishReason: reasons[end] }, usageOf(answer))
}

function pieces(answer: Answer): JsonObject[] {
  const { text, reasoning, end } = answer
  return [
    ...inHalves(reasoning ?? '').map((piece) => candidate([{ text: piece, thought: true }], {}, usageOf(answer))),
    ...inHalves(text).map((piece) => candidate([{ text: piece }], {}, usageOf(answer))),
    candidate(callParts(answer), { finishReason: reasons[end] }, usageOf(answer)),
  ]
}

function sse(bodies: readonly JsonObject[]): string {
  return bodies.map((body) => `data: ${JSON.stringify(body)}\r\n\r\n`).join('')
}
