import type { JsonValue } from './json.ts'

/** No schema or argument of a person's making is deeper; `JSON.stringify` gives up at some thousands. */
export const maxJsonDepth = 200

/** True when arrays and objects stand in one another more often than `max` times. Without recursion, as that is what it guards. */
export function isDeeperThan(max: number, value: unknown): boolean {
  let level: object[] = isNested(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > max) return true
    const next: object[] = []
    for (const item of level) for (const inner of Object.values(item)) if (isNested(inner)) next.push(inner)
    level = next
  }
  return false
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** JSON text, or nothing for what is too deep to write. */
export function stringified(value: JsonValue | undefined): string | undefined {
  return isDeeperThan(maxJsonDepth, value) ? undefined : JSON.stringify(value ?? {})
}
