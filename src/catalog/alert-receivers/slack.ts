import type { SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/spending/alert-io.ts'
import { delivered } from './delivered.ts'
import { factLines } from './fact-lines.ts'

export interface SlackSettings {
  /** An incoming webhook, whose URL is its secret. */
  readonly url: string
}

/** The form of Slack's incoming webhooks, which Mattermost and others take too. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slackReceiver({ url }: SlackSettings, place: AlertPlace, io: AlertIo): SendAlert {
  return async (alert) => {
    const text = escaped([`[${alert.kind}] ${alert.summary}`, ...factLines(alert)].join('\n'))
    delivered(
      await io.send(
        place,
        'POST',
        await io.secret(url),
        { 'content-type': 'application/json' },
        JSON.stringify({ text }),
      ),
    )
  }
}

/** A group of a budget may hold what a caller wrote: it mentions nobody and links nowhere. https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
