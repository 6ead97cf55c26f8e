import { createHmac } from 'node:crypto'

export interface Webhook {
  readonly id: string
  /** Unix milliseconds. */
  readonly now: number
  readonly body: string
  /** `whsec_…` is base64, anything else the bytes of the text. Absent: it is not signed. */
  readonly key: string | undefined
}

/** Headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. */
export function webhookHeaders({ id, now, body, key }: Webhook): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000))
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(key === undefined ? {} : { 'webhook-signature': `v1,${signatureOf(key, `${id}.${timestamp}.${body}`)}` }),
  }
}

function signatureOf(key: string, text: string): string {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key)
  return createHmac('sha256', bytes).update(text).digest('base64')
}
