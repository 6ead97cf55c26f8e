import { createHmac } from 'node:crypto'
import { parseDocument } from 'yaml'
import { readReference, referenceFault } from '../../core/secrets/secret-reference.ts'

/**
 * A configuration as one value for each place (`providers[main].baseUrl`), to compare two of them. Variables stand by their
 * names, and what a credential may be only as a mark: the same for the same value and the same admin token, and for nobody else.
 */
export function configOutline(text: string, adminTokenHash: string): Readonly<Record<string, string>> {
  const outline: [string, string][] = []
  const mark = (secret: string): string =>
    `a value of its own, ${createHmac('sha256', adminTokenHash).update(secret).digest('hex').slice(0, 8)}`
  const visit = (value: unknown, path: string, name: string): void => {
    if (outline.length >= maxPlaces) return
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, `${path}[${placeOf(item, index)}]`, name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}.${key}`, key)
    } else {
      const mayBeSecret = secretNames.test(name) || path.startsWith(headers)
      const isPlain = !mayBeSecret || typeof value !== 'string' || isPlace(value)
      outline.push([path, isPlain ? JSON.stringify(value) : mark(value)])
    }
  }
  const yaml = parseDocument(text, { logLevel: 'error', uniqueKeys: false })
  if (yaml.errors.length > 0) throw new Error('The file is not valid YAML; `portcullis config check` says where.')
  visit(yaml.toJS({ maxAliasCount: 100 }) ?? {}, '', '')
  return Object.fromEntries(outline)
}

/** Of a file of a megabyte, one place a line. */
const maxPlaces = 100_000
/** `apiKey` and `key`, URLs of webhooks, and what somebody may have put among the options of an account, where only a session token of AWS belongs. */
const secretNames = /(?:keys?|secret|secretId|token|password|passphrase)$|^url$/i

/** A header of any name may hold a credential of the collector. */
const headers = 'telemetry.headers.'

/** Names where the secret is, and not the secret. */
function isPlace(value: string): boolean {
  if (/^\$\{\w+\}$/.test(value)) return true
  const reference = readReference(value)
  return reference !== undefined && referenceFault(reference) === undefined
}

/** By its id, so that an entry which was moved is the same one. */
function placeOf(item: unknown, index: number): string {
  const isNamed = typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
  return isNamed ? String(item.id) : String(index)
}
