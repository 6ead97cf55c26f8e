import { GatewayError } from '../../core/errors.ts'
import type { SendAlert } from '../../core/spending/alert.ts'
import type { AlertIo, AlertPlace } from '../../core/spending/alert-io.ts'
import { factLines } from './fact-lines.ts'

export interface EmailSettings {
  readonly host: string
  readonly port: number
  /** `implicit`: TLS from the first byte. `starttls`: asked for, and no message without it. `none`: for a relay on this machine. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly to: readonly string[]
}

const TIMEOUT_MS = 20_000
/** Of all of it: a server that says a little now and then is never silent, and other alerts wait for it. */
const DEADLINE_MS = 60_000

/** Through a server that takes mail (SMTP). The connection is ours, so that its address was checked. */
export function emailReceiver(settings: EmailSettings, place: AlertPlace, io: AlertIo): SendAlert {
  const { host, port, tls, user, password, from, to } = settings
  return async (alert) => {
    const { id, at, kind, summary } = alert
    const pass = password === undefined ? undefined : await io.secret(password)
    const socket = await io.connect(place, host, port)
    // Most gateways never send one.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      tls: { servername: host },
      ...(user === undefined ? {} : { auth: { user, pass: pass ?? '' } }),
      connection: socket,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const deadline = setTimeout(() => socket.destroy(), DEADLINE_MS)
    try {
      await transport.sendMail({
        from,
        to: [...to],
        // One line: a group of a budget may hold what a caller wrote.
        subject: `[portcullis] ${summary}`.replace(/\s+/g, ' ').slice(0, 200),
        text: `${summary}\n\n${factLines(alert).join('\n')}\n\n${kind}, ${new Date(at).toISOString()}, ${id}\n`,
        messageId: `<${id}@portcullis>`,
        date: new Date(at),
      })
    } catch (cause) {
      throw new GatewayError('alert_undelivered', `The mail server did not take the message (${reasonOf(cause)}).`, {
        cause,
      })
    } finally {
      clearTimeout(deadline)
      transport.close()
      socket.destroy()
    }
  }
}

/** Words of ours, `EAUTH`, `ETIMEDOUT`, or the server's three digits; never its words. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return 'unknown fault'
  const code = 'code' in fault ? String(fault.code) : ''
  // What Node says of a handshake is in the text alone; a server has said nothing yet.
  if (code === 'ETLS' || code === 'ESOCKET') {
    const text = fault.message
    if (/certificate|altnames|issuer/i.test(text)) return certificateReason(text)
    if (code === 'ETLS') return 'it does not take STARTTLS; `tls: implicit` is for a port with TLS from the first byte'
  }
  if ('responseCode' in fault && typeof fault.responseCode === 'number') return String(fault.responseCode)
  return /^[A-Z_]{3,32}$/.test(code) ? code : 'unknown fault'
}

function certificateReason(text: string): string {
  if (/altnames/i.test(text)) return 'its certificate is for another name than `host`'
  if (/expired|not yet valid/i.test(text)) return 'its certificate is not valid at this time'
  return 'nobody that is trusted here vouches for its certificate; give its authority to Node with NODE_EXTRA_CA_CERTS=<file>'
}
