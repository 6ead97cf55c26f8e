import { checkBaseUrl } from '../../gateway/outbound/address-guard.ts'
import type { BudgetEntry } from '../../server/config/budgets-section.ts'
import type { ConfigDocument } from '../../server/config/schema.ts'
import { idPattern } from '../../server/config/schema.ts'
import type { Field, Path } from './field.ts'
import type { RouteDraft } from './plan.ts'
import type { Value } from './value.ts'

type CatalogModel = NonNullable<NonNullable<ConfigDocument['catalog']>['models']>[number]
type Limits = NonNullable<ConfigDocument['limits']>
type Listen = NonNullable<ConfigDocument['listen']>
type Cache = NonNullable<ConfigDocument['cache']>

export interface AccountDraft {
  /** As wished; another one is taken when it is not free or cannot be an id. */
  readonly id: string
  readonly provider: string
  readonly baseUrl?: Value | undefined
  readonly apiKey?: Value | undefined
  /** Several, in place of `apiKey`. */
  readonly apiKeys?: readonly Value[] | undefined
  readonly options?: Readonly<Record<string, Value | undefined>>
}

/** One entry of the result, and what it comes from. */
export type Part = { readonly path: Path } & (
  | { readonly section: 'account'; readonly account: AccountDraft; readonly isPrivate: boolean }
  | { readonly section: 'name'; readonly name: string; readonly route: RouteDraft }
  | {
      readonly section: 'key'
      readonly id: string
      readonly key: Value | undefined
      readonly models: readonly string[] | undefined
      readonly budgets: readonly BudgetEntry[]
    }
  | { readonly section: 'budget'; readonly id: string; readonly budget: BudgetEntry }
  | { readonly section: 'model'; readonly model: CatalogModel }
  | { readonly section: 'limits'; readonly limits: Limits }
  | { readonly section: 'listen'; readonly listen: Listen }
  | { readonly section: 'cache'; readonly cache: Cache }
)

/** Where a mapper puts what it understood. */
export interface Draft {
  readonly parts: readonly Part[]
  /** Gives the id: that of an account with the same settings, where there is one. */
  account(wished: AccountDraft, place: Field): string
  /** A name that clients ask for; nothing without a route. */
  name(name: string, route: RouteDraft | undefined, place: Field): void
  key(
    id: string,
    key: Value | undefined,
    models: readonly string[] | undefined,
    place: Field,
    budgets?: readonly BudgetEntry[],
  ): void
  /** For all calls together. */
  budget(id: string, budget: BudgetEntry | undefined, place: Field): void
  model(model: CatalogModel, place: Field): void
  limits(limits: Limits, place: Field): void
  listen(listen: Listen, place: Field): void
  cache(cache: Cache, place: Field): void
}

export function createDraft(): Draft {
  const parts: Part[] = []
  const accounts = new Map<string, string>()
  const accountIds = new Set<string>()
  const keyIds = new Set<string>()
  const names = new Set<string>()
  const models = new Map<string, string>()
  return {
    parts,
    account(wished, place) {
      const { id: _, ...settings } = wished
      // A secret that stands twice is one secret, wherever it stands.
      const same = JSON.stringify([baseId(wished.id), settings], (name, value) => (name === 'path' ? undefined : value))
      const known = accounts.get(same)
      if (known !== undefined) return known
      const id = freeId(wished.id, accountIds)
      accounts.set(same, id)
      const { baseUrl } = wished
      const isPrivate = baseUrl?.kind === 'literal' && isPrivateAddress(baseUrl.text)
      if (baseUrl?.kind === 'variable') {
        place.action(
          `add \`allowPrivateNetwork: true\` to the account \`${id}\` if ${baseUrl.name} is a private address`,
        )
      }
      parts.push({ section: 'account', account: { ...wished, id }, isPrivate, path: place.path })
      return id
    },
    name(name, route, place) {
      if (route === undefined) return
      if (names.has(name)) return place.remark(`another entry has the name ${JSON.stringify(name)} already`)
      names.add(name)
      parts.push({ section: 'name', name, route, path: place.path })
    },
    key(id, key, allowed, place, budgets = []) {
      parts.push({ section: 'key', id: freeId(id, keyIds), key, models: allowed, budgets, path: place.path })
    },
    budget(id, budget, place) {
      if (budget !== undefined) parts.push({ section: 'budget', id, budget, path: place.path })
    },
    model(model, place) {
      const name = JSON.stringify([model.provider, model.id])
      const facts = JSON.stringify(model)
      const known = models.get(name)
      if (known !== undefined && known !== facts) {
        return place.remark('another entry says other facts of the same model; they are kept once for each model')
      }
      if (known !== undefined) return
      models.set(name, facts)
      parts.push({ section: 'model', model, path: place.path })
    },
    limits: (limits, place) => void parts.push({ section: 'limits', limits, path: place.path }),
    listen: (listen, place) => void parts.push({ section: 'listen', listen, path: place.path }),
    cache: (cache, place) => void parts.push({ section: 'cache', cache, path: place.path }),
  }
}

function baseId(wished: string): string {
  const id = wished
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 56)
  return idPattern.test(id) ? id : 'imported'
}

function freeId(wished: string, taken: Set<string>): string {
  const base = baseId(wished)
  let id = base
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`
  taken.add(id)
  return id
}

function isPrivateAddress(baseUrl: string): boolean {
  // The name of a container or of a machine of one's own network has no dot.
  if (/^https?:\/\/[^./:[]+(?::\d+)?(?:\/|$)/i.test(baseUrl)) return true
  try {
    checkBaseUrl(baseUrl, { account: '', allowPrivateNetwork: false })
    return false
  } catch {
    return isAllowedWhenPrivate(baseUrl)
  }
}

function isAllowedWhenPrivate(baseUrl: string): boolean {
  try {
    checkBaseUrl(baseUrl, { account: '', allowPrivateNetwork: true })
    return true
  } catch {
    return false
  }
}
