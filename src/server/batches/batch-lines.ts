import { isUtf8 } from 'node:buffer'
import type { BatchLine } from '../../core/batch.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/json-depth.ts'

/** A request of a batch's file. */
export interface BatchRequest {
  readonly customId: string
  readonly body: JsonObject
}

/** U+FEFF, which Windows writes in front of text. */
const byteOrderMark = Buffer.from('\ufeff')

/** Where the lines of a file stand. Empty ones are none. */
export function* lineSpans(file: Buffer): Generator<{ readonly start: number; readonly length: number }> {
  for (
    let start = file.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
    start < file.length;
  ) {
    const newline = file.indexOf(10, start)
    const end = newline < 0 ? file.length : newline
    if (file.toString('latin1', start, end).trim() !== '') yield { start, length: end - start }
    start = end + 1
  }
}

/** Reads one line. A sentence says why it is no request of the batch; it never quotes the line. */
export function readBatchLine(
  bytes: Buffer,
  endpoint: string,
): BatchRequest | { readonly fault: string; readonly customId?: string } {
  if (!isUtf8(bytes)) return { fault: 'is not valid UTF-8' }
  const line = parseJson(bytes.toString('utf8'))
  if (!isJsonObject(line)) return { fault: 'is not a JSON object' }
  const { custom_id: customId, method, url, body } = line
  if (typeof customId !== 'string' || customId === '' || customId.length > 512)
    return { fault: 'has no `custom_id` of 1 to 512 characters' }
  // What is kept and written as UTF-8 could not tell two of them apart.
  if (!customId.isWellFormed()) return { fault: 'has half of a surrogate pair in its `custom_id`' }
  if (method !== 'POST') return { fault: 'has another `method` than POST', customId }
  if (url !== endpoint) return { fault: 'has another `url` than the `endpoint` of the batch', customId }
  if (!isJsonObject(body)) return { fault: 'has no `body` that is a JSON object', customId }
  if (isDeeperThan(maxJsonDepth, body))
    return { fault: `has a \`body\` that is nested more than ${maxJsonDepth} levels deep`, customId }
  if (body['stream'] === true) return { fault: 'asks for a stream, which a batch has none of', customId }
  return { customId, body }
}

/** Checks a line before anything is run. One that is wrong has its result at once; the others are not held up. */
export function checkedLine(
  bytes: Buffer,
  span: { readonly start: number; readonly length: number },
  {
    number,
    endpoint,
    batchId,
    seen,
  }: { readonly number: number; readonly endpoint: string; readonly batchId: string; readonly seen: Set<string> },
): BatchLine {
  const read = readBatchLine(bytes, endpoint)
  const fault =
    'fault' in read ? read.fault : seen.has(read.customId) ? 'repeats the `custom_id` of an earlier one' : undefined
  const { customId } = read
  if (fault === undefined && customId !== undefined) seen.add(customId)
  const line = { number, ...span, ...(customId === undefined ? {} : { customId }) }
  if (fault === undefined) return line
  const error = { code: 'invalid_batch_line', message: `Line ${number} ${fault}.` }
  return { ...line, result: { isError: true, text: resultLine({ batchId, number, customId, error }) } }
}

interface LineOutcome {
  readonly batchId: string
  readonly number: number
  readonly customId: string | undefined
  readonly response?: { readonly status: number; readonly callId: string; readonly body: unknown }
  readonly error?: { readonly code: string; readonly message: string }
}

/** https://platform.openai.com/docs/guides/batch#5-retrieve-the-results */
export function resultLine({ batchId, number, customId, response, error }: LineOutcome): string {
  return JSON.stringify({
    id: `batch_req_${batchId.replace(/^batch_/, '')}_${number}`,
    custom_id: customId ?? null,
    response:
      response === undefined
        ? null
        : { status_code: response.status, request_id: response.callId, body: response.body },
    error: error ?? null,
  })
}
