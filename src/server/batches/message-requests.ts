import type { RequestWire } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { elements, memberValue, withPart } from '../../core/wire/json-bytes.ts'
import { withModel } from '../../core/wire/model-span.ts'
import { anthropicLines } from './anthropic-lines.ts'

/** https://docs.anthropic.com/en/api/creating-message-batches */
const idPattern = /^[a-zA-Z0-9_-]{1,64}$/
const { maxLines } = anthropicLines

/**
 * The requests of a batch. What is wrong with one as a call is said in its own result; only one that no result could name
 * is refused here, and the batch with it.
 */
export function messageRequests({ json }: RequestWire): readonly JsonObject[] {
  const { requests } = json
  if (!Array.isArray(requests) || requests.length === 0) throw wrong('requests', 'must be a list that is not empty')
  if (requests.length > maxLines) throw wrong('requests', `has more than ${maxLines} entries`)
  const seen = new Set<string>()
  return requests.map((request, index) => {
    if (!isJsonObject(request)) throw wrong(`requests[${index}]`, 'must be an object')
    const { custom_id: id } = request
    if (typeof id !== 'string' || !idPattern.test(id))
      throw wrong(`requests[${index}].custom_id`, 'must be 1 to 64 letters, digits, `_` and `-`')
    if (seen.has(id)) throw wrong(`requests[${index}].custom_id`, 'repeats the one of an earlier request')
    seen.add(id)
    return request
  })
}

/** The same as lines of a file, as they were written. */
export function requestLines(wire: RequestWire): Buffer {
  return Buffer.concat(writtenRequests(wire).flatMap((request) => [onOneLine(request), newline]))
}

/** The client's body with other names of the models in it, one for each request, and every other byte as it came. */
export function withModels(wire: RequestWire, requests: readonly JsonObject[], models: readonly string[]): Buffer {
  const { bytes } = wire
  const written = writtenRequests(wire)
  const named = written.map((request, index) => {
    const params = requests[index]?.['params']
    const [current, model] = [isJsonObject(params) ? params['model'] : undefined, models[index]]
    const body = memberValue(request, 'params')
    if (typeof current !== 'string' || model === undefined || model === current || body === undefined) return request
    return withPart(request, body, withModel(body, current, model))
  })
  if (named.every((request, index) => request === written[index])) return bytes
  const list = named.flatMap((request, index) => (index === 0 ? [request] : [comma, request]))
  return withPart(bytes, listIn(wire), Buffer.concat([Buffer.from('['), ...list, Buffer.from(']')]))
}

const comma = Buffer.from(',')

function writtenRequests(wire: RequestWire): Buffer[] {
  return elements(listIn(wire))
}

function listIn({ bytes }: RequestWire): Buffer {
  return memberValue(bytes, 'requests') ?? Buffer.alloc(0)
}

const newline = Buffer.from('\n')

/** No string of JSON has a bare line break in it: what stands between its tokens may be any space. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes(10) && !json.includes(13)) return json
  const line = Buffer.from(json)
  for (const breaks of [10, 13]) {
    for (let at = line.indexOf(breaks); at >= 0; at = line.indexOf(breaks, at + 1)) line[at] = 32
  }
  return line
}

function wrong(param: string, fault: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` ${fault}.`, { param })
}
