import { createHash } from 'node:crypto'
import type { CallRecord } from './call-record.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/**
 * The span of a call, from its id alone: what is sent on to a provider as the parent must be known before the call has ended.
 * The last half of a UUIDv7 is random, and never all zeros.
 */
export function spanIdOf(callId: string): string {
  return uuid.test(callId) ? callId.replaceAll('-', '').slice(16) : digest(callId).slice(0, 16)
}

export function attemptSpanId(callId: string, index: number): string {
  return digest(`${callId} ${index}`).slice(0, 16)
}

/** A client's own name of a trace is no id of W3C: the same name in the same workspace makes the same id. */
export function traceIdOf({ id, workspace, traceId, traceParent, shadowOf }: CallRecord): string {
  if (traceParent !== undefined) return traceParent.traceId
  if (traceId !== undefined && /^[\da-f]{32}$/.test(traceId) && !/^0+$/.test(traceId)) return traceId
  if (traceId !== undefined) return digest(`${workspace}\n${traceId}`).slice(0, 32)
  const first = shadowOf ?? id
  return uuid.test(first) ? first.replaceAll('-', '') : digest(first).slice(0, 32)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
