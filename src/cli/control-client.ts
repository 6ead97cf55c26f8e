import { isJsonObject, parseJson } from '../core/wire/json.ts'
import { UsageError } from './command.ts'
import { controlUrl } from './control-url.ts'

/** Asks a running gateway: the one of the configuration here, unless another is given. Throws the gateway's own sentence. */
export async function askControl(
  given: string | undefined,
  path: string,
  options: { readonly method?: string; readonly body?: object } = {},
): Promise<unknown> {
  const url = await controlUrl(given)
  if (!/^https?:\/\/[^/]/i.test(url)) {
    throw new UsageError(`Write --url http://${/^[\w.-]+:\d+$/.test(url) ? url : '127.0.0.1:8788'}.`)
  }
  const token = process.env['PORTCULLIS_ADMIN_TOKEN']
  if (!token) throw new UsageError('Set PORTCULLIS_ADMIN_TOKEN to ask a running gateway.')
  let response: Response
  try {
    response = await fetch(new URL(path, url), {
      method: options.method ?? 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
  } catch {
    throw new Error(`No gateway answers at ${url}; start one, or name its control plane with --url.`)
  }
  const text = await response.text()
  const body = text === '' ? {} : parseJson(text)
  if (isJsonObject(body) && response.ok) return body
  const error = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : undefined
  // Every error of a control plane says what helps; what else answers is something else.
  if (typeof error?.['help'] !== 'string') {
    throw new Error(
      `What answers at ${url} is no control plane; \`portcullis start\` prints its URL (default port 8788).`,
    )
  }
  throw new Error(String(error['message']))
}
