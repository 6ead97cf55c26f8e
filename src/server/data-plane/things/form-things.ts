import { kindOf, type NamedThing, type ThingKind, thingOf } from '../../../core/model/named-things.ts'
import type { FormFields } from '../../../core/wire/form-scanner.ts'

/** Reads of a form what it names. `refuse`: throws when the caller may not name that. */
export function formThings(refuse: (things: readonly NamedThing[]) => void): FormFields {
  return {
    isWanted: (name) => fieldKind(name) !== undefined,
    take: (name, value) => refuse(fieldThings(name, value)),
  }
}

/** Of a field of a form or a query, which may be written as a path: `images[0][file_id]`. */
export function fieldThings(name: string, value: string): readonly NamedThing[] {
  const kind = fieldKind(name)
  const thing = kind === undefined ? undefined : thingOf(kind, value, name)
  return thing === undefined ? [] : [{ ...thing, isUsed: true }]
}

function fieldKind(name: string): ThingKind | undefined {
  return name
    .split(/[[\].]+/)
    .map(kindOf)
    .find((kind) => kind !== undefined)
}
