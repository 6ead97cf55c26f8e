/** What is asked of the scan API of Prisma AIRS: https://pan.dev/prisma-airs/api/airuntimesecurity/scan-sync-request/ */
import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { invalid } from '../control/read-json.ts'

const text = z.string().nullish()

const ToolEvent = z.object({
  metadata: z.object({ ecosystem: text, method: text, server_name: text, tool_invoked: text }).nullish(),
  input: text,
  output: text,
})
export type ToolEvent = z.infer<typeof ToolEvent>

/** A misspelt name would be a text that nobody looked at, told as benign. */
const Content = z
  .strictObject({
    prompt: text,
    response: text,
    code_prompt: text,
    code_response: text,
    /** What the answer is to rest on. */
    context: text,
    tool_event: ToolEvent.nullish(),
  })
  .refine((given) => Object.values(given).some((value) => value != null), { error: 'holds nothing to scan' })
export type Content = z.infer<typeof Content>

const id = z.string().max(256).nullish()

/** Fields that we do not read may be of any kind; those of the texts may not, or they would pass unread. */
const ScanRequest = z.object({
  tr_id: id,
  session_id: id,
  ai_profile: z.object({ profile_id: id, profile_name: id }),
  metadata: z.object({ ai_model: z.string().max(256).nullish() }).nullish(),
  contents: z.array(Content).min(1).max(32),
})
export type ScanRequest = z.infer<typeof ScanRequest>

const Batch = z
  .array(z.object({ req_id: z.int().min(0).max(0xff_ff_ff_ff), scan_req: ScanRequest }))
  .min(1)
  .max(25)
export type Batch = z.infer<typeof Batch>

export function readScanRequest(json: unknown): ScanRequest {
  return checked(ScanRequest.safeParse(json, { reportInput: true }))
}

export function readBatch(json: unknown): Batch {
  const batch = checked(Batch.safeParse(json, { reportInput: true }))
  if (new Set(batch.map(({ req_id }) => req_id)).size < batch.length)
    throw new GatewayError('invalid_request', 'Two requests have one `req_id`.', { param: 'req_id' })
  return batch
}

/** Of `?scan_ids=a,b` or `?scan_ids=a&scan_ids=b`. */
export function readIds(query: URLSearchParams, name: string): readonly string[] {
  const ids = query.getAll(name).flatMap((value) => value.split(',').map((one) => one.trim()))
  const given = ids.filter((one) => one !== '')
  if (given.length === 0 || given.length > MAX_IDS)
    throw new GatewayError('invalid_request', `\`${name}\` takes from one to ${MAX_IDS} ids.`, { param: name })
  return [...new Set(given)]
}
const MAX_IDS = 25

function checked<Value>(result: z.ZodSafeParseResult<Value>): Value {
  if (result.success) return result.data
  throw invalid(result.error)
}
