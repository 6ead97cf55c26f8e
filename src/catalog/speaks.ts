import type { Dialect } from '../core/model/dialect.ts'
import type { Provider } from '../core/model/provider.ts'

/** Whether a client of the dialect reaches the provider untranslated. */
export function speaks({ dialect, alsoSpeaks = [] }: Provider, wanted: Dialect): boolean {
  return dialect === wanted || alsoSpeaks.some((surface) => surface.dialect === wanted)
}
