import { createHmac } from 'node:crypto'
import type { Alert, SendAlert } from '../../core/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/alert-io.ts'
import { delivered } from './delivered.ts'

export interface WebhookSettings {
  readonly url: string
  /** What bodies are signed with; absent: they are not. */
  readonly secret?: string
}

/**
 * JSON, signed as Standard Webhooks has it (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. The id is
 * the alert's, so that a receiver can drop what comes twice.
 */
export function webhookReceiver({ url, secret }: WebhookSettings, place: AlertPlace, io: AlertIo): SendAlert {
  return async (alert) => {
    const body = JSON.stringify(alertBody(alert))
    const timestamp = String(Math.floor(io.now() / 1000))
    const key = secret === undefined ? undefined : await io.secret(secret)
    const signature = key === undefined ? undefined : signatureOf(key, `${alert.id}.${timestamp}.${body}`)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': alert.id,
      'webhook-timestamp': timestamp,
      ...(signature === undefined ? {} : { 'webhook-signature': `v1,${signature}` }),
    }
    delivered(await io.post(place, await io.secret(url), headers, body))
  }
}

/** As the API shows it too. */
function alertBody({ id, at, kind, workspace, subject, summary, details }: Alert): object {
  return {
    id,
    type: kind,
    timestamp: new Date(at).toISOString(),
    data: { workspace: workspace ?? null, subject, summary, details },
  }
}

/** `whsec_…` is base64, anything else the bytes of the text. */
function signatureOf(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
  return createHmac('sha256', key).update(text).digest('base64')
}
