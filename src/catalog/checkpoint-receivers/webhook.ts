import { carriedCheckpoint } from '../../core/record/checkpoint-places.ts'
import { webhookHeaders } from '../../core/secrets/webhook-signature.ts'
import type { SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/spending/alert-io.ts'
import { delivered } from '../alert-receivers/delivered.ts'
import type { WebhookSettings } from '../alert-receivers/webhook.ts'

/** Signed as Standard Webhooks has it. `data` is the checkpoint as it was signed: what `jq -c .data` prints is a line for `audit verify`. */
export function checkpointWebhook({ url, secret }: WebhookSettings, place: AlertPlace, io: AlertIo): SendAlert {
  return async ({ id, at, kind, details }) => {
    const said = JSON.stringify({ id, type: kind, timestamp: new Date(at).toISOString() })
    const body = `${said.slice(0, -1)},"data":${carriedCheckpoint(details).line}}`
    const key = secret === undefined ? undefined : await io.secret(secret)
    const headers = webhookHeaders({ id, now: io.now(), body, key })
    delivered(await io.send(place, 'POST', await io.secret(url), headers, body))
  }
}
