import type { FilterDescription } from '../server/control/filters.ts'
import { jsonLine, printable, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

/** Saves, lists and removes filters at a gateway. `undefined` for another action. */
export async function keptFilters(
  action: string | undefined,
  name: string | undefined,
  { workspace, ...query }: Readonly<Record<string, string>>,
  { url, json }: { readonly url?: string | undefined; readonly json: boolean },
): Promise<number | undefined> {
  const within = workspace === undefined ? '' : `?${new URLSearchParams({ workspace })}`
  const named = (): string => {
    if (name === undefined) throw new UsageError(`Name the filter: portcullis calls ${action} <name>.`)
    return name
  }
  switch (action) {
    case 'save': {
      if (Object.keys(query).length === 0) throw new UsageError('Say what it is to find: --model, --status, --q, ….')
      const body = { name: named(), query, ...(workspace === undefined ? {} : { workspace }) }
      await askControl(url, '/api/v1/filters', { method: 'POST', body })
      process.stdout.write(`${printable(`The filter "${name}" is saved.`)}\n`)
      return 0
    }
    case 'filters': {
      // The control API's own shape.
      const { data } = (await askControl(url, `/api/v1/filters${within}`)) as { data: readonly FilterDescription[] }
      const rows = data.map((one) => [one.name, one.workspace, new URLSearchParams(one.query).toString(), one.savedAt])
      process.stdout.write(json ? data.map(jsonLine).join('') : table(['NAME', 'WORKSPACE', 'QUERY', 'SAVED'], rows))
      return 0
    }
    case 'forget':
      await askControl(url, `/api/v1/filters/${encodeURIComponent(named())}${within}`, { method: 'DELETE' })
      process.stdout.write(`${printable(`The filter "${name}" is removed.`)}\n`)
      return 0
    default:
      return undefined
  }
}
