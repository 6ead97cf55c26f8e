/**
 * Counters without the names of persons who are to be forgotten. What was used must stay used, so a salted hash takes the place of
 * the name: when the person comes again, its counter is found. Whoever has both and a name can try it; the salt is of one erasure.
 */
import { createHash } from 'node:crypto'
import { plainName } from '../text/plain-name.ts'
import { isJsonObject, parseJson } from '../wire/json.ts'

/** An object, which no caller can put in the place of a name. */
interface ErasedName {
  readonly salt: string
  readonly sha256: string
}

/**
 * The name of a counter (`counterName`) without a person, in whichever writing it stands there; `undefined` where it names nobody
 * like that.
 */
export function withoutPerson(counter: string, user: string, salt: string): string | undefined {
  const [id, ...group] = partsOf(counter)
  if (id === undefined) return undefined
  const plain = plainName(user)
  let isNamed = false
  const erased = group.map((value) => {
    if (typeof value !== 'string' || plainName(value) !== plain) return value
    isNamed = true
    return { salt, sha256: hashOf(salt, value) } satisfies ErasedName
  })
  return isNamed ? JSON.stringify([id, ...erased]) : undefined
}

/** The id of the budget whose counter has lost a name; `undefined` for any other. */
export function budgetOfErased(counter: string): string | undefined {
  // Almost none has one, and all are looked at.
  if (!counter.includes('{"salt":')) return undefined
  const [id, ...group] = partsOf(counter)
  return typeof id === 'string' && group.some(isJsonObject) ? id : undefined
}

/** Whether a counter that has lost a name was that of this group. */
export function wasOf(counter: string, group: readonly string[]): boolean {
  const [, ...erased] = partsOf(counter)
  return (
    erased.length === group.length &&
    group.every((value, place) => {
      const part = erased[place]
      if (!isJsonObject(part)) return part === value
      return part['sha256'] === hashOf(String(part['salt']), value)
    })
  )
}

function partsOf(counter: string): readonly unknown[] {
  const parts = counter.startsWith('[') ? parseJson(counter) : undefined
  return Array.isArray(parts) ? parts : []
}

function hashOf(salt: string, name: string): string {
  return createHash('sha256').update(`${salt}\n${name}`).digest('hex')
}
