import { trimSlashes } from '../../catalog/base-url.ts'
import type { Provider } from '../../core/model/provider.ts'
import type { Draft } from './draft.ts'
import type { Field, Path } from './field.ts'
import type { Value } from './value.ts'

/** Another product, whose files can be read. One file in `sources/` each. */
export interface Source {
  readonly id: string
  readonly title: string
  /** Whether the content is of this product, by keys that only it has. */
  isOwn(root: Field): boolean
  /** Puts what it understands into the draft. What it does not take is reported. */
  read(root: Field, draft: Draft, catalogue: ImportCatalogue): void
  /** Why a part that was not taken is not in the result, by the name of the part; the nearest name counts. */
  readonly reasons: Readonly<Record<string, string>>
}

export interface ImportCatalogue {
  readonly providers: readonly Provider[]
  hasModel(provider: string, model: string): boolean
}

export function reasonFrom(reasons: Readonly<Record<string, string>>, path: Path): string | undefined {
  const name = path.findLast((step) => typeof step === 'string' && Object.hasOwn(reasons, step))
  return name === undefined ? undefined : reasons[name]
}

/** The provider of the catalogue that another product calls `name`. */
export function providerNamed(
  name: string,
  others: Readonly<Record<string, string>>,
  providers: readonly Provider[],
): Provider | undefined {
  const wanted = name.toLowerCase()
  const id = (Object.hasOwn(others, wanted) ? others[wanted] : undefined) ?? wanted.replaceAll('_', '-')
  return providers.find((provider) => provider.id === id)
}

/** Some products write an address without the version of the API; ours has what the provider's own has. Nothing for the provider's own. */
export function versioned(address: Value | undefined, provider: Provider): Value | undefined {
  if (address?.kind !== 'literal') return address
  const own = provider.baseUrl ?? (provider.options === undefined ? '/v1' : '')
  const version = /\/v\d\w*$/.exec(own)?.[0] ?? ''
  const trimmed = trimSlashes(address.text)
  const text = /\/v\d\w*$/.test(trimmed) ? trimmed : trimmed + version
  return text === provider.baseUrl ? undefined : { kind: 'literal', text }
}
