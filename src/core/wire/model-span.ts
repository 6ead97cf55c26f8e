/**
 * Changes the model name inside a JSON body without writing the rest anew, so that everything else stays
 * byte for byte as the client wrote it.
 */
import { GatewayError } from '../errors.ts'
import { skipSpace, stringEnd } from './json-bytes.ts'

const QUOTE = 0x22
const modelKey = Buffer.from('"model"')

/**
 * `body` must have passed `JSON.parse`, and `current` be the `model` it gave. Returns `body` itself when the name stays.
 * Throws `invalid_request` when the top level names the model twice: two parsers could read two different models out of it.
 */
export function withModel(body: Buffer, current: string, replacement: string): Buffer {
  const [start, end] = modelSpan(body, current)
  if (replacement === current) return body
  return Buffer.concat([body.subarray(0, start), Buffer.from(JSON.stringify(replacement)), body.subarray(end)])
}

/** Where the value of the top-level `model` stands: its first byte, and the one behind its last. Throws as `withModel` does. */
export function modelSpan(body: Buffer, current: string): readonly [number, number] {
  return onlyModelValue(body, current) ?? topLevelModelValue(body)
}

/** The cheap way, right when the text `"model"` stands once, before this very value, and no key can be an escaped one. */
function onlyModelValue(body: Buffer, current: string): readonly [number, number] | undefined {
  const key = body.indexOf(modelKey)
  if (key < 0 || body.indexOf(modelKey, key + modelKey.length) >= 0 || body.indexOf('\\u00') >= 0) return undefined
  let start = skipSpace(body, key + modelKey.length)
  if (body[start] !== 0x3a) return undefined
  start = skipSpace(body, start + 1)
  const value = Buffer.from(JSON.stringify(current))
  const end = start + value.length
  return body.subarray(start, end).equals(value) ? [start, end] : undefined
}

/** Walks the tokens of the top level. */
function topLevelModelValue(body: Buffer): readonly [number, number] {
  let found: readonly [number, number] | undefined
  let depth = 0
  for (let index = 0; index < body.length; ) {
    const byte = body[index]
    if (byte === QUOTE) {
      const end = stringEnd(body, index)
      const colon = skipSpace(body, end)
      if (depth === 1 && body[colon] === 0x3a) {
        const value = skipSpace(body, colon + 1)
        if (JSON.parse(body.toString('utf8', index, end)) === 'model') {
          if (found !== undefined) {
            throw new GatewayError('invalid_request', 'The body names `model` twice.', { param: 'model' })
          }
          found = [value, stringEnd(body, value)]
        }
        index = value
        continue
      }
      index = end
      continue
    }
    if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) depth--
    index++
  }
  if (found === undefined) throw new GatewayError('invalid_request', 'The body has no `model`.', { param: 'model' })
  return found
}
