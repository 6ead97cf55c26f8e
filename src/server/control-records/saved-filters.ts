import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { readCallQuery } from '../../core/record/call-query.ts'
import { parseJson } from '../../core/wire/json.ts'
import type { ControlStore } from './control-store.ts'

/** A question about calls under a name, of one workspace. */
export interface SavedFilter {
  readonly name: string
  readonly workspace: string
  /** As `GET /api/v1/calls` takes it. */
  readonly query: Readonly<Record<string, string>>
  /** Unix milliseconds. */
  readonly savedAt: number
}

/** Kept with the control records, so that gateways which share these share them. All of it may throw `store_unavailable`. */
export interface SavedFilters {
  list(workspace: string): readonly SavedFilter[]
  /** Throws `not_found`. */
  find(workspace: string, name: string): SavedFilter
  /** Throws `invalid_request` for what is no question, `conflict` for a name that is taken or where there are too many. */
  check(filter: SavedFilter): void
  add(filter: SavedFilter): Promise<void>
  remove(workspace: string, name: string): Promise<void>
}

const MAX_FILTERS = 200
/** What belongs to one page, or to whoever asks. */
const unsaved = ['limit', 'cursor', 'workspace', 'filter']

const Kept = z.array(
  z.object({ name: z.string(), query: z.record(z.string(), z.string()), savedAt: z.int().nonnegative() }),
)

export function createSavedFilters(store: Pick<ControlStore, 'name' | 'setting' | 'setSetting'>): SavedFilters {
  const list = (workspace: string): readonly SavedFilter[] => {
    const text = store.setting(settingOf(workspace))
    if (text === undefined) return []
    const kept = Kept.safeParse(parseJson(text))
    if (!kept.success) throw new GatewayError('store_unavailable', `The saved filters of ${store.name} cannot be read.`)
    return kept.data.map((filter) => ({ ...filter, workspace }))
  }
  /** To nothing else than what was read: what another gateway has saved must not be lost. */
  const write = async (
    workspace: string,
    change: (filters: readonly SavedFilter[]) => readonly SavedFilter[],
  ): Promise<void> => {
    const before = store.setting(settingOf(workspace))
    const kept = change(list(workspace)).map(({ name, query, savedAt }) => ({ name, query, savedAt }))
    await store.setSetting(settingOf(workspace), JSON.stringify(kept), before)
  }
  return {
    list,
    find(workspace, name) {
      const found = list(workspace).find((filter) => filter.name === name)
      if (found === undefined) throw new GatewayError('not_found', 'There is no saved filter of this name.')
      return found
    },
    check({ workspace, name, query }) {
      const param = unsaved.find((known) => Object.hasOwn(query, known))
      if (param !== undefined)
        throw new GatewayError('invalid_request', `\`${param}\` is no part of a saved filter.`, { param })
      readCallQuery(query)
      const all = list(workspace)
      if (all.some((filter) => filter.name === name))
        throw new GatewayError('conflict', `There is a saved filter "${name}" already; remove it first.`)
      if (all.length >= MAX_FILTERS)
        throw new GatewayError('conflict', `There are ${MAX_FILTERS} saved filters; remove those that nobody uses.`)
    },
    add: (filter) => write(filter.workspace, (filters) => [...filters, filter]),
    remove: (workspace, name) => write(workspace, (filters) => filters.filter((filter) => filter.name !== name)),
  }
}

function settingOf(workspace: string): string {
  return `call-filters:${workspace}`
}

/** A question that names a saved filter, with what the filter says in it: what is asked beside it goes before. */
export function withSavedFilter(
  { filter: name, ...asked }: Readonly<Record<string, string>>,
  filters: Pick<SavedFilters, 'find'>,
): Readonly<Record<string, string>> {
  if (name === undefined || name === '') return asked
  const workspace = asked['workspace'] || 'default'
  const { query } = filters.find(workspace, name)
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''))
  return { ...query, ...given, workspace }
}
