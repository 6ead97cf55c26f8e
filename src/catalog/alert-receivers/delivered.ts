import { GatewayError } from '../../core/errors.ts'

/** Throws where a receiver has not taken an alert. A redirect is none: what is signed for one address goes to no other. */
export function delivered(status: number): void {
  if (status >= 200 && status < 300) return
  throw new GatewayError('alert_undelivered', `The receiver answered with the status ${status}.`)
}
