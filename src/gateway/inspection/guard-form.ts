import type { CallFact } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { FormFields } from '../../core/form-scanner.ts'
import type { Principal } from '../../core/registry.ts'
import { activeGuardrails, type GuardOptions } from './guard.ts'
import { cannotRedact } from './guard-request.ts'
import { refusalOf } from './refusal.ts'
import type { Place } from './wire-texts.ts'

export interface FormOwner {
  readonly id: string
  readonly principal: Pick<Principal, 'workspace' | 'key'>
  emit(fact: CallFact): void
}

/**
 * Looks at the text fields of a form as they come, those behind a file too, and stops it where one may not pass. Nothing of a form
 * can be written anew, nor can it wait: what would have to be, or needs somebody else's word, is refused.
 */
export function guardForms(options: GuardOptions): (owner: FormOwner) => FormFields | undefined {
  const { inspector, now } = options
  return ({ id: callId, principal, emit }) => {
    // Its model may stand behind what is looked at, and so is not known.
    const facts = {
      workspace: principal.workspace,
      key: principal.key,
      direction: 'request' as const,
      now: now(),
    }
    const active = activeGuardrails(options, facts)
    if (active.length === 0) return undefined
    const id = `${callId}:input`
    return {
      isWanted: () => true,
      take(name, value) {
        const place: Place = { above: null, step: name, depth: 1 }
        const inspected = inspector.inspect([{ text: value, point: 'input', place }], active, { id, facts })
        if (inspected instanceof Promise) {
          throw new GatewayError(
            'guardrail_denied',
            `A field of a form cannot wait for a detector elsewhere (decision ${id}).`,
          )
        }
        if (inspected.decisions.length > 0) emit({ type: 'guardrails-judged', decisions: inspected.decisions })
        const refusal = refusalOf(inspected.effect, id)
        if (refusal !== undefined) throw refusal
        if (inspected.effect.kind === 'redact') throw cannotRedact(callId)
      },
    }
  }
}

/** Both see what either wants. */
export function bothFields(one: FormFields | undefined, other: FormFields | undefined): FormFields | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return {
    isWanted: (name) => one.isWanted(name) || other.isWanted(name),
    take(name, value) {
      for (const fields of [one, other]) if (fields.isWanted(name)) fields.take(name, value)
    },
  }
}
