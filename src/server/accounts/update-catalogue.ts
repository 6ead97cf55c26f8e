import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { countModels, type ReadCatalogue, readCatalogue, writeCatalogue } from '../../catalog/models/catalogue-file.ts'
import type { ModelCatalogue } from '../../catalog/models/model-facts.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ModelPrice } from '../../core/model/prices.ts'
import { allProviders } from '../checked-config.ts'
import { makeDataDirectory } from '../process/data-directory.ts'
import { catalogueInUse, keptName, maxCatalogueBytes } from './kept-catalogue.ts'
import { createUpstreams } from './upstreams.ts'

export interface UpdateOptions {
  /** An https URL, or a file. */
  readonly from: string
  readonly dataDirectory: string
  /** For a mirror of one's own. */
  readonly allowPrivateNetwork: boolean
  /** ISO date. */
  readonly today: string
}

export interface CatalogueUpdate {
  readonly file: string
  readonly source: string
  readonly asOf: string
  readonly providers: number
  readonly models: number
  readonly leftOut: readonly string[]
  readonly changes: CatalogueChanges
}

/** Models by `provider/model`. */
export interface CatalogueChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly prices: readonly { readonly model: string; readonly before?: ModelPrice; readonly after?: ModelPrice }[]
  /** Providers that keep less than half of their models, which hardly anybody means. */
  readonly shrunk: readonly { readonly provider: string; readonly before: number; readonly left: number }[]
}

/** Reads a catalogue, checks all of it and only then puts it in the place of the one before. Throws one sentence, and leaves that one. */
export async function updateCatalogue(options: UpdateOptions): Promise<CatalogueUpdate> {
  const { from, dataDirectory, today } = options
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(from) ? await fetched(from, options.allowPrivateNetwork) : fileText(from)
  const source = from.split(/[?#]/)[0] ?? from
  let catalogue: ReadCatalogue
  try {
    catalogue = readCatalogue(text, { source, asOf: today }, new Set(allProviders.map(({ id }) => id)))
  } catch (fault) {
    throw new Error(`The catalogue of ${source} cannot be used, and the one before stays. ${(fault as Error).message}`)
  }
  const changes = changesOf(catalogueInUse(dataDirectory).models(), catalogue)
  makeDataDirectory(dataDirectory)
  const file = join(dataDirectory, keptName)
  replace(file, writeCatalogue(catalogue))
  const { providers, leftOut, asOf } = catalogue
  return {
    file,
    source: catalogue.source,
    asOf,
    providers: providers.size,
    models: countModels(providers),
    leftOut,
    changes,
  }
}

/** Providers that the new catalogue says nothing of keep their models. */
function changesOf(before: ModelCatalogue, { providers }: ReadCatalogue): CatalogueChanges {
  const added: string[] = []
  const removed: string[] = []
  const prices: CatalogueChanges['prices'][number][] = []
  const shrunk: CatalogueChanges['shrunk'][number][] = []
  for (const [provider, models] of providers) {
    const count = before.listModels(provider).length
    const old = new Map(before.listModels(provider).map((model) => [model.id, model]))
    for (const { id, price } of models) {
      const known = old.get(id)
      old.delete(id)
      if (known === undefined) added.push(`${provider}/${id}`)
      else if (!isDeepStrictEqual(known.price, price)) {
        prices.push({
          model: `${provider}/${id}`,
          ...(known.price === undefined ? {} : { before: known.price }),
          ...(price === undefined ? {} : { after: price }),
        })
      }
    }
    if (old.size > count / 2) shrunk.push({ provider, before: count, left: count - old.size })
    removed.push(...[...old.keys()].map((id) => `${provider}/${id}`))
  }
  return { added, removed, prices, shrunk }
}

const timeoutMs = 120_000

async function fetched(text: string, allowPrivateNetwork: boolean): Promise<string> {
  const url = URL.parse(text)
  if (url === null) throw new Error(`${text} is not a URL.`)
  if (url.protocol !== 'https:')
    throw new Error('A catalogue is fetched over https:// only; anything else could be changed on its way.')
  if (url.username !== '' || url.password !== '')
    throw new Error('The URL holds a user name or password; fetch the file by other means.')
  const upstreams = createUpstreams()
  try {
    const { status, headers, body } = await upstreams.get({
      rules: { account: 'catalogue', allowPrivateNetwork },
      url,
      headers: { accept: 'application/json' },
      maxReplyBytes: maxCatalogueBytes,
      timeoutMs,
    })
    if (status >= 300 && status < 400) {
      throw new Error(`${url.host} answered with a redirect (${status}); name the address that it leads to.`)
    }
    if (status !== 200) throw new Error(`${url.host} answered with the status ${status}.`)
    const encoding = headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') throw new Error(`${url.host} compressed the file although it was asked not to.`)
    return utf8(body, url.host)
  } catch (fault) {
    throw fetchError(fault as Error, url.host, allowPrivateNetwork)
  } finally {
    upstreams.close()
  }
}

function fetchError(fault: Error, host: string, allowPrivateNetwork: boolean): Error {
  const details = { cause: fault }
  if (fault instanceof GatewayError && fault.code === 'blocked_address') {
    const help = allowPrivateNetwork
      ? 'is never allowed'
      : 'is private or special; --allow-private-network is for a mirror of your own'
    return new Error(`The address of ${host} ${help}.`, details)
  }
  const code = codeOf(fault) ?? codeOf(fault.cause)
  if (code !== undefined)
    return new Error(
      `${host} cannot be reached, or broke off (${code}). Where there is no way out, fetch the file elsewhere and name it with --from.`,
      details,
    )
  return fault
}

/** Of the system or of TLS, not one of ours. */
function codeOf(fault: unknown): string | undefined {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : ''
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined
}

function fileText(path: string): string {
  let bytes: Buffer
  try {
    if (statSync(path).size > maxCatalogueBytes)
      throw new Error(`The file ${path} is larger than ${maxCatalogueBytes} bytes.`)
    bytes = readFileSync(path)
  } catch (fault) {
    const code = codeOf(fault)
    throw code === undefined ? fault : new Error(`The file ${path} cannot be read (${code}).`, { cause: fault })
  }
  return utf8(bytes, `The file ${path}`)
}

function utf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error(`${what} is not UTF-8 text.`, { cause })
  }
}

/** A reader finds the old file or the new one, and a crash leaves one of them. */
function replace(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`
  try {
    const file = openSync(temporary, 'w', 0o600)
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw new Error(`The file ${path} cannot be written (${codeOf(cause) ?? 'unknown fault'}).`, { cause })
  }
}
