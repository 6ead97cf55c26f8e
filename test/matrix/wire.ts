import type { JsonObject } from '../../src/core/wire/json.ts'
import { parseEvents } from '../../src/core/wire/sse.ts'
import type { Json } from '../support/client.ts'
import type { MockReply } from '../support/mock-provider.ts'
import { unary } from '../support/mock-replies.ts'
import type { Ask, MatrixProvider, RefusalKind } from './neutral.ts'

/** Small pieces of wire formats that several dialects share. */

export function isUrl(data: string): boolean {
  return data.startsWith('https:')
}

/** An address stays as it is. */
export function dataUrl(mediaType: string, data: string): string {
  return isUrl(data) ? data : `data:${mediaType};base64,${data}`
}

export function ofDataUrl(url: string): string {
  if (isUrl(url)) return url
  const [, data] = /^data:[a-z]+\/[a-z]+;base64,(.*)$/s.exec(url) ?? []
  if (data === undefined) throw new Error(`no data URL: ${url}`)
  return data
}

/** A text in two pieces, as a stream brings it; nothing for an empty one. No character is cut. */
export function inHalves(text: string): string[] {
  const characters = [...text]
  const middle = Math.ceil(characters.length / 2)
  return [characters.slice(0, middle).join(''), characters.slice(middle).join('')].filter((piece) => piece !== '')
}

/** Where nothing is said of it. */
export const refusalStatus: Readonly<Record<RefusalKind, number>> = {
  request: 400,
  rate: 429,
  fault: 500,
  overload: 503,
}

/** https://platform.openai.com/docs/guides/error-codes */
export const openAiRefusal: MatrixProvider['refuse'] = (message, kind, headers): MockReply => {
  const type = kind === 'request' ? 'invalid_request_error' : kind === 'rate' ? 'requests' : 'server_error'
  const code = kind === 'rate' ? 'rate_limit_exceeded' : null
  return unary({ error: { message, type, param: null, code } }, { status: refusalStatus[kind], headers })
}

/** Events that say their type twice, as at Anthropic, at Cohere and of Responses. */
export function namedEvents(list: readonly JsonObject[]): string {
  return list.map((event) => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

export function readNamedEvents(body: Buffer): Json[] {
  return parseEvents(body).map(({ event, data }) => {
    const json = JSON.parse(data)
    if (json.type !== event) throw new Error(`the event ${event} has the type ${json.type}`)
    return json
  })
}

/** Events of OpenAI's older APIs. */
export function doneEvents(events: readonly JsonObject[]): string {
  return [...events.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('')
}

export function readDoneEvents(body: Buffer): Json[] {
  return parseEvents(body)
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data))
}

/** Of Chat Completions, and of those that took after it. */
export function systemMessages({ system }: Ask): JsonObject[] {
  return system === undefined ? [] : [{ role: 'system', content: system }]
}

export function functionTools({ tools }: Ask): JsonObject {
  return tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function', function: { ...tool } })) }
}

export function seenTools({ tools = [] }: Json): { readonly name: string; readonly parameters: JsonObject }[] {
  return tools.map(({ function: { name, parameters } }: Json) => ({ name, parameters }))
}
