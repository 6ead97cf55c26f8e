import type * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { ruleText } from '../config/issue-text.ts'

const maxBodyBytes = 64 * 1024

/** The body of a request, read within bounds and by its schema. The framework's own reader fails on one without a length. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  { maxBytes = maxBodyBytes }: { readonly maxBytes?: number } = {},
): Promise<z.infer<Schema>> {
  if (request.headers.get('content-type')?.startsWith('application/json') !== true) {
    throw new GatewayError('invalid_content_type', 'The body must be JSON.')
  }
  const text = await readText(request.body, maxBytes)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('invalid_json', text === '' ? 'The body is empty.' : 'The body is not valid JSON.', {
      cause,
    })
  }
  const result = schema.safeParse(body, { reportInput: true })
  if (!result.success) throw invalid(result.error)
  return result.data
}

/** The first fault, named by its field. */
export function invalid(error: z.core.$ZodError): GatewayError {
  const issue = error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    const param = [...issue.path, issue.keys[0] ?? ''].map(String).join('.').slice(0, 200)
    return new GatewayError('invalid_request', `There is no \`${param}\` here.`, { param })
  }
  const param = issue?.path.map(String).join('.') ?? ''
  const rule = issue === undefined ? 'is not valid.' : ruleText(issue)
  return new GatewayError('invalid_request', `${param === '' ? 'The body' : `\`${param}\``} ${rule}`, { param })
}

async function readText(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxBytes) {
      throw new GatewayError('body_too_large', `The body is larger than ${maxBytes} bytes.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
