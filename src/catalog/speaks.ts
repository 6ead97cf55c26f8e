import type { Dialect } from '../core/dialect.ts'
import type { Provider } from '../core/provider.ts'

/** Whether a client of the dialect reaches the provider untranslated. */
export function speaks({ dialect, alsoSpeaks = [] }: Provider, wanted: Dialect): boolean {
  return dialect === wanted || alsoSpeaks.some((surface) => surface.dialect === wanted)
}
