import { readReference, referenceFault } from '../../core/secrets/secret-reference.ts'
import type { Report } from './accounts.ts'

/** Whether a text of the configuration, or what says where it is kept, may be used. `check` throws where the text may not. */
export function isWellGiven(
  path: readonly string[],
  value: string | undefined,
  report: Report,
  check?: (value: string) => unknown,
): boolean {
  const reference = value === undefined ? undefined : readReference(value)
  const wrong = reference && referenceFault(reference)
  if (wrong !== undefined) report([...path], `\`${path.join('.')}\` ${wrong}.`)
  if (value === undefined || reference !== undefined) return wrong === undefined
  try {
    check?.(value)
    return true
  } catch (cause) {
    report([...path], (cause as Error).message)
    return false
  }
}
