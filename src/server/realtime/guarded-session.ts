import { GatewayError } from '../../core/errors.ts'
import type { SessionGuard } from '../../gateway/inspection/guard-session.ts'
import { errorEvent } from './hold-session.ts'
import type { ProviderReader } from './relay.ts'
import type { GuardedSession } from './session-record.ts'

/** Hands messages of the provider to guardrails. `end` ends the session. */
export function guardedSession(
  guard: SessionGuard,
  session: GuardedSession,
  end: (error: GatewayError) => void,
): ProviderReader {
  let isOver = false
  const close = (error: GatewayError): void => {
    isOver = true
    session.answer(errorEvent(error))
    end(error)
  }
  const answers = guard.answers({ ...session, tell: (error) => session.answer(errorEvent(error)), close })
  return {
    take(message, isBinary) {
      if (isOver) return
      if (!isBinary) return answers.push(message)
      if (!guard.isStrict) return session.pass(message)
      close(new GatewayError('uninspectable_body', 'The provider sent a binary message, which no guardrail can read.'))
    },
    end: (then) => (isOver ? then() : answers.end(then)),
  }
}
