import { readCallQuery } from '../core/record/call-query.ts'
import type { CallDetails, CallPage } from '../core/record/call-store.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { createSavedFilters, withSavedFilter } from '../server/control-records/saved-filters.ts'
import { askControl } from './control-client.ts'
import { openRecord } from './open-record.ts'

/** The record of a gateway that runs somewhere, or of a data directory. */
export interface CallsSource {
  list(query: Readonly<Record<string, string>>): Promise<CallPage>
  get(id: string): Promise<CallDetails | undefined>
  close(): Promise<void>
}

export async function openCalls({
  url,
  data,
}: {
  readonly url?: string | undefined
  readonly data: string
}): Promise<CallsSource> {
  if (url !== undefined)
    return {
      // The control API's own shapes.
      list: async (query) => (await askControl(url, `/api/v1/calls?${new URLSearchParams(query)}`)) as CallPage,
      get: async (id) => (await askControl(url, `/api/v1/calls/${encodeURIComponent(id)}`)) as CallDetails,
      close: async () => undefined,
    }
  const reader = await openRecord(data)
  const filtered = async (query: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> => {
    if (query['filter'] === undefined) return query
    const store = await openControlBeside(data, process.env)
    try {
      return withSavedFilter(query, createSavedFilters(store))
    } finally {
      await store.close()
    }
  }
  return {
    list: async (query) => reader.listCalls(readCallQuery(await filtered(query))),
    get: (id) => reader.getCall(id),
    close: reader.close,
  }
}
