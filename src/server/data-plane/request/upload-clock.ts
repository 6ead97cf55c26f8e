import type { CallLifetime } from '../../../core/calls/lifetime.ts'
import type { Limits } from '../../../core/calls/registry.ts'
import type { GatewayError } from '../../../core/errors.ts'
import type { Deadlines } from '../deadlines.ts'

export interface UploadClockOptions {
  readonly deadlines: Deadlines
  readonly lifetime: CallLifetime
  readonly limits: Pick<Limits, 'bodyTimeoutMs' | 'deadlineMs'>
  now(): number
  bodyTimeout(): GatewayError
  deadlineExceeded(): GatewayError
}

/** Ends a call whose body comes too slowly. A long one may take all the time of its call, as long as it gets on. */
export interface UploadClock {
  came(bytes: number): void
  /** It is not the client who has to go on. */
  hold(): void
  goOn(): void
}

/** Of a body, in each `bodyTimeoutMs`: who sends less holds a place and does not use it. */
const minWindowBytes = 64 * 1024

export function uploadClock({
  deadlines,
  lifetime,
  limits,
  now,
  bodyTimeout,
  deadlineExceeded,
}: UploadClockOptions): UploadClock {
  const end = now() + limits.deadlineMs
  let came = 0
  const hold = (): void => deadlines.set(lifetime, Math.max(0, end - now()), deadlineExceeded)
  const goOn = (): void => {
    came = 0
    if (end - now() > limits.bodyTimeoutMs) deadlines.set(lifetime, limits.bodyTimeoutMs, bodyTimeout)
    else hold()
  }
  goOn()
  return {
    came(bytes) {
      came += bytes
      if (came >= minWindowBytes) goOn()
    },
    hold,
    goOn,
  }
}
