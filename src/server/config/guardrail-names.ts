import { nearestNames } from '../../core/text/nearest-names.ts'
import type { GuardrailEntry } from './guardrails-section.ts'
import { suggestion } from './issue-text.ts'

/** What a file has names for. Keys and workspaces may be made elsewhere, so that one of another name is no fault. */
export interface NamesOfFile {
  readonly workspaces: readonly string[]
  readonly keys: readonly string[]
}

type WarnAt = (path: readonly (string | number)[], message: string) => void

/** A guardrail for a misspelt workspace would look at nothing, and nobody would be told. */
export function doubtfulNames(entries: readonly GuardrailEntry[], names: NamesOfFile, warn: WarnAt): void {
  entries.forEach((entry, index) => {
    const scopes = [
      { path: [index], scope: entry },
      ...(entry.exceptions ?? []).map((scope, place) => ({ path: [index, 'exceptions', place], scope })),
    ]
    for (const { path, scope } of scopes) {
      for (const field of ['workspaces', 'keys'] as const) {
        for (const name of scope[field] ?? []) {
          const near = names[field].includes(name) ? undefined : nearestNames(name, names[field], 1)[0]
          if (near === undefined) continue
          const thing = `${field.slice(0, -1)} \`${name}\``
          warn(
            [...path, field],
            `The guardrail \`${entry.id}\` names the ${thing}, which is not in this file${suggestion(near)}`,
          )
        }
      }
    }
  })
}

/** Whoever made it believes that it holds. */
export function expiredExceptions(entries: readonly GuardrailEntry[], now: number, warn: WarnAt): void {
  entries.forEach(({ id, exceptions = [] }, index) => {
    for (const [place, { owner, expires }] of exceptions.entries()) {
      if (Date.parse(expires) > now) continue
      const message = `The exception of ${owner} in the guardrail \`${id}\` is over since ${expires}; prolong it, or take it out.`
      warn([index, 'exceptions', place, 'expires'], message)
    }
  })
}
