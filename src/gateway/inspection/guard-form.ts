import type { CallFact } from '../../core/calls/call.ts'
import type { Principal } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { documentKind } from '../../core/inspection/document-kind.ts'
import type { FormFields } from '../../core/wire/form-scanner.ts'
import { UnreadDocument } from '../documents/read-limits.ts'
import { activeGuardrails, type GuardOptions } from './guard.ts'
import { cannotRedact } from './guard-request.ts'
import { passOrRefuse } from './read-files.ts'
import { refusalOf } from './refusal.ts'
import type { Place } from './wire-texts.ts'

export interface FormOwner {
  readonly id: string
  readonly principal: Pick<Principal, 'workspace' | 'key'>
  emit(fact: CallFact): void
}

/**
 * Looks at the fields of a form as they come, those behind a file too, at the names of its files and at what these are, and stops
 * it where something may not pass. Nothing of a form can be written anew, nor can it wait: what would have to be, or needs
 * somebody else's word, is refused. So are files other than pictures and sound, of which nobody reads more than the beginning.
 */
export function guardForms(options: GuardOptions): (owner: FormOwner) => FormFields | undefined {
  const { inspector, policy, now } = options
  return (owner) => {
    const { id: callId, principal, emit } = owner
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

    function look(name: string, said: string): void {
      const place: Place = { above: null, step: name, depth: 1 }
      const texts = [name, said].map((text) => ({ text, point: 'input' as const, place }))
      const inspected = inspector.inspect(texts, active, { id, facts, isAtOnce: true })
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
    }

    return {
      isWanted: () => true,
      take: look,
      file({ name, fileName }, start) {
        look(name, fileName)
        const looking = active.filter((one) => one.points.includes('artifact') && policy.applies(one, facts))
        if (start.length === 0 || looking.length === 0) return
        const isMedia = documentKind(start) === 'media'
        const fault = new UnreadDocument(
          isMedia ? 'Pictures and sound are not read.' : 'A file of this form is neither a picture nor sound.',
        )
        passOrRefuse(fault, isMedia ? 'media' : 'unreadable', looking, { point: 'artifact' }, options, owner)
      },
    }
  }
}

/** Both see what either wants. */
export function bothFields(one: FormFields | undefined, other: FormFields | undefined): FormFields | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const startBytes = Math.max(one.startBytes ?? 0, other.startBytes ?? 0)
  return {
    isWanted: (name) => one.isWanted(name) || other.isWanted(name),
    take(name, value) {
      for (const fields of [one, other]) if (fields.isWanted(name)) fields.take(name, value)
    },
    file(part, start) {
      one.file?.(part, start)
      other.file?.(part, start)
    },
    ...(startBytes === 0 ? {} : { startBytes }),
    fileEnd(bytes) {
      one.fileEnd?.(bytes)
      other.fileEnd?.(bytes)
    },
  }
}
