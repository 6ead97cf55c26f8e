import { nearestNames } from '../../core/text/nearest-names.ts'
import type { GuardrailEntry, InspectionSection, PresetEntry } from './guardrails-section.ts'
import { suggestion } from './issue-text.ts'
import type { ConfigDocument } from './schema.ts'

/** What a file has names for. Keys and workspaces may be made elsewhere, so that one of another name is no fault. */
export interface NamesOfFile {
  readonly workspaces: readonly string[]
  readonly keys: readonly string[]
}

type WarnAt = (path: readonly (string | number)[], message: string) => void

/** A guardrail or a preset for a misspelt workspace would look at nothing, and nobody would be told. */
export function doubtfulNames(
  { guardrails = [], inspection = {} }: Pick<ConfigDocument, 'guardrails' | 'inspection'>,
  names: NamesOfFile,
  warn: WarnAt,
): void {
  const scopes = [
    ...guardrails.flatMap((entry, index) => {
      const [path, whose] = [['guardrails', index], `guardrail \`${entry.id}\``]
      return [
        { path, whose, scope: entry },
        ...(entry.exceptions ?? []).map((scope, place) => ({ path: [...path, 'exceptions', place], whose, scope })),
      ]
    }),
    ...(inspection.presets ?? []).map((scope, index) => ({
      path: ['inspection', 'presets', index],
      whose: `preset \`${scope.preset}\``,
      scope,
    })),
    ...(inspection.images?.callers ?? []).map((scope, index) => ({
      path: ['inspection', 'images', 'callers', index],
      whose: `entry ${index} of \`inspection.images.callers\``,
      scope,
    })),
  ]
  for (const { path, whose, scope } of scopes) {
    for (const field of ['workspaces', 'keys'] as const) {
      for (const name of scope[field] ?? []) {
        const near = names[field].includes(name) ? undefined : nearestNames(name, names[field], 1)[0]
        if (near === undefined) continue
        const thing = `${field.slice(0, -1)} \`${name}\``
        warn([...path, field], `The ${whose} names the ${thing}, which is not in this file${suggestion(near)}`)
      }
    }
  }
}

type Callers = Pick<PresetEntry, 'workspaces' | 'keys'>

/** The first entry that names a caller is his: one behind it for the same callers would be for nobody. */
export function hiddenEntries({ presets = [], images = {} }: InspectionSection, warn: WarnAt): void {
  hiddenIn(presets, ['presets'], warn)
  hiddenIn(images.callers ?? [], ['images', 'callers'], warn)
}

function hiddenIn(entries: readonly Callers[], path: readonly string[], warn: WarnAt): void {
  const list = ['inspection', ...path].join('.')
  entries.forEach((entry, index) => {
    const before = entries.slice(0, index).findIndex((earlier) => isWithin(entry, earlier))
    if (before < 0) return
    warn([...path, index], `\`${list}[${index}]\` is for nobody: \`${list}[${before}]\` names the same callers.`)
  })
}

function isWithin(entry: Callers, other: Callers): boolean {
  return (['workspaces', 'keys'] as const).every((field) => {
    const wanted = other[field]
    return wanted === undefined || entry[field]?.every((name) => wanted.includes(name)) === true
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
