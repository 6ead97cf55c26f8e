import { GatewayError } from '../../../core/errors.ts'
import type { Place, Row } from './call-database.ts'

export function cursorOf(place: Place | undefined): string | null {
  return place === undefined ? null : Buffer.from(`${place.startedAt}.${place.seq}`).toString('base64url')
}

/** Throws `invalid_request`. */
export function readCursor(cursor: string): Place {
  const [, startedAt, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (startedAt === undefined || seq === undefined) {
    throw new GatewayError('invalid_request', '`cursor` is not one that a list gave; start again without it.', {
      param: 'cursor',
    })
  }
  return { startedAt: Number(startedAt), seq: Number(seq) }
}

export function placeOf(row: Row): Place {
  return { startedAt: Number(row['started_at']), seq: Number(row['seq']) }
}
