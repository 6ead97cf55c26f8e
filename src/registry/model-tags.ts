/** Tags of Ollama's names: none means `latest` (https://docs.ollama.com/api, "Model names"), and clients write it or not. */
import { matchesAny } from './virtual-keys.ts'

const tag = ':latest'
const withoutTag = /^([^:]+):latest$/

/** The name without `:latest`; `undefined` where it has another tag or none. */
export function untagged(name: string): string | undefined {
  const base = withoutTag.exec(name)?.[1]
  return base === undefined || base === '' || base.endsWith('/') ? undefined : base
}

/** `llama3` of `llama3:latest`, and the other way round; `undefined` for a name with another tag. */
export function otherForm(name: string): string | undefined {
  return untagged(name) ?? (name.includes(':') ? undefined : name + tag)
}

/** Whether a name is among these patterns, or the other form of it is and leads to the same model. */
export function allowsModel(
  patterns: readonly string[],
  name: string,
  meansSame: (name: string, other: string) => boolean,
): boolean {
  if (matchesAny(patterns, name)) return true
  const other = otherForm(name)
  return other !== undefined && matchesAny(patterns, other) && meansSame(name, other)
}
