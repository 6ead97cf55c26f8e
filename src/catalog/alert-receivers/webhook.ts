import { webhookHeaders } from '../../core/secrets/webhook-signature.ts'
import type { Alert, SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/spending/alert-io.ts'
import { delivered } from './delivered.ts'

export interface WebhookSettings {
  readonly url: string
  /** What bodies are signed with; absent: they are not. */
  readonly secret?: string
}

/**
 * JSON, signed as Standard Webhooks has it. The id is the alert's, so that a receiver can drop what comes twice.
 */
export function webhookReceiver({ url, secret }: WebhookSettings, place: AlertPlace, io: AlertIo): SendAlert {
  return async (alert) => {
    const body = JSON.stringify(alertBody(alert))
    const key = secret === undefined ? undefined : await io.secret(secret)
    const headers = webhookHeaders({ id: alert.id, now: io.now(), body, key })
    delivered(await io.send(place, 'POST', await io.secret(url), headers, body))
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
