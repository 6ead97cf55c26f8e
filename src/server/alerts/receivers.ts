import { emailReceiver } from '../../catalog/alert-receivers/email.ts'
import { slackReceiver } from '../../catalog/alert-receivers/slack.ts'
import { webhookReceiver } from '../../catalog/alert-receivers/webhook.ts'
import { checkpointBucket } from '../../catalog/checkpoint-receivers/bucket.ts'
import { checkpointFile } from '../../catalog/checkpoint-receivers/file.ts'
import { checkpointWebhook } from '../../catalog/checkpoint-receivers/webhook.ts'
import type { SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo } from '../../core/spending/alert-io.ts'
import type { ReceiverSettings } from '../config/alerts-section.ts'
import type { AlertReceiver } from './alerts.ts'

/** Receivers of the configuration, ready to be sent to. */
export function alertReceiversOf(settings: readonly ReceiverSettings[], io: AlertIo): AlertReceiver[] {
  return settings.map(({ id, takes, kinds, workspaces, ...receiver }) => ({
    id,
    ...(takes === undefined ? {} : { takes }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(workspaces === undefined ? {} : { workspaces }),
    send: senderOf(id, receiver, io),
  }))
}

function senderOf(
  name: string,
  { form, allowPrivateNetwork }: Pick<ReceiverSettings, 'form' | 'allowPrivateNetwork'>,
  io: AlertIo,
): SendAlert {
  const place = { name, allowPrivateNetwork }
  switch (form.kind) {
    case 'webhook':
      return webhookReceiver(form, place, io)
    case 'slack':
      return slackReceiver(form, place, io)
    case 'email':
      return emailReceiver(form, place, io)
    case 'checkpoint-file':
      return checkpointFile(form)
    case 'checkpoint-webhook':
      return checkpointWebhook(form, place, io)
    case 'checkpoint-bucket':
      return checkpointBucket(form, place, io)
  }
}
