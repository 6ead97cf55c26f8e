import type { RequestWire } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { elements, memberValue } from '../../core/json-bytes.ts'
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
    const param = `requests[${index}]`
    if (!isJsonObject(request)) throw wrong(param, 'must be an object')
    const { custom_id: id } = request
    if (typeof id !== 'string' || !idPattern.test(id))
      throw wrong(`${param}.custom_id`, 'must be 1 to 64 letters, digits, `_` and `-`')
    if (seen.has(id)) throw wrong(`${param}.custom_id`, 'repeats the one of an earlier request')
    seen.add(id)
    return request
  })
}

/** The same as lines of a file, as they were written. */
export function requestLines(wire: RequestWire): Buffer {
  return Buffer.concat(writtenRequests(wire).flatMap((request) => [onOneLine(request), newline]))
}

/** The bodies of their calls, of those that have one. */
export function requestBodies(wire: RequestWire): readonly RequestWire[] {
  const { requests } = wire.json
  const written = writtenRequests(wire)
  return (Array.isArray(requests) ? requests : []).flatMap((request, index) => {
    const json = isJsonObject(request) ? request['params'] : undefined
    const bytes = memberValue(written[index] ?? nothing, 'params')
    return isJsonObject(json) && bytes !== undefined ? [{ bytes, json }] : []
  })
}

function writtenRequests({ bytes }: RequestWire): Buffer[] {
  return elements(memberValue(bytes, 'requests') ?? nothing)
}

const nothing = Buffer.alloc(0)

const newline = Buffer.from('\n')

/** No string of JSON has a bare line break in it: what stands between its tokens may be any space. */
function onOneLine(json: Buffer): Buffer {
  const line = Buffer.from(json)
  for (const breaks of [10, 13]) {
    for (let at = line.indexOf(breaks); at >= 0; at = line.indexOf(breaks, at + 1)) line[at] = 32
  }
  return line
}

function wrong(param: string, fault: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` ${fault}.`, { param })
}
