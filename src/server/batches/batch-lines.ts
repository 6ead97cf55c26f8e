import { isUtf8 } from 'node:buffer'
import type { Batch, BatchLine } from '../../core/calls/batch.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { memberValue } from '../../core/wire/json-bytes.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'
import type { FileLine } from './line-cutter.ts'
import type { LineFormat } from './line-format.ts'
import { lineFormats } from './line-formats.ts'

/** A request of a batch's file, with the body of its call as it was written. */
export interface BatchRequest {
  readonly customId: string
  readonly body: Buffer
}

/** Reads one line. A sentence says why it is no request of the batch; it never quotes the line. */
export function readBatchLine(
  bytes: Buffer,
  endpoint: string,
  { bodyField, faultOf }: LineFormat,
): BatchRequest | { readonly fault: string; readonly customId?: string } {
  if (!isUtf8(bytes)) return { fault: 'is not valid UTF-8' }
  const line = parseJson(bytes.toString('utf8'))
  if (!isJsonObject(line)) return { fault: 'is not a JSON object' }
  const { custom_id: customId, [bodyField]: body } = line
  if (typeof customId !== 'string' || customId === '' || customId.length > 512)
    return { fault: 'has no `custom_id` of 1 to 512 characters' }
  // What is kept and written as UTF-8 could not tell two of them apart.
  if (!customId.isWellFormed()) return { fault: 'has half of a surrogate pair in its `custom_id`' }
  const fault = faultOf(line, endpoint)
  if (fault !== undefined) return { fault, customId }
  const written = isJsonObject(body) ? memberValue(bytes, bodyField) : undefined
  if (!isJsonObject(body) || written === undefined)
    return { fault: `has no \`${bodyField}\` that is a JSON object`, customId }
  if (isDeeperThan(maxJsonDepth, body))
    return { fault: `has a \`${bodyField}\` that is nested more than ${maxJsonDepth} levels deep`, customId }
  if (body['stream'] === true) return { fault: 'asks for a stream, which a batch has none of', customId }
  return { customId, body: written }
}

/** Checks a line before anything is run. One that is wrong has its result at once; the others are not held up. */
export function checkedLine(
  { start, bytes }: FileLine,
  { batch, number, seen }: { readonly batch: Batch; readonly number: number; readonly seen: Set<string> },
): BatchLine {
  const format = lineFormats[batch.dialect]
  const read = readBatchLine(bytes, batch.endpoint, format)
  const fault =
    'fault' in read ? read.fault : seen.has(read.customId) ? 'repeats the `custom_id` of an earlier one' : undefined
  const { customId } = read
  if (fault === undefined && customId !== undefined) seen.add(customId)
  const line = { number, start, length: bytes.length, ...(customId === undefined ? {} : { customId }) }
  if (fault === undefined) return line
  const error = { code: 'invalid_batch_line', message: `${format.subject(number)} ${fault}.` } as const
  return { ...line, result: { isError: true, text: format.result({ batchId: batch.id, number, customId, error }) } }
}
