import { Document } from 'yaml'
import type { ConfigDocument } from '../../server/config/schema.ts'
import type { Part } from './draft.ts'
import type { Path } from './field.ts'
import type { RouteDraft } from './plan.ts'
import type { Value } from './value.ts'

/** Names of variables for the secrets of a file, by secret. */
export interface SecretNames {
  nameOf(secret: string): string | undefined
  readonly needed: readonly { readonly name: string; readonly path: Path }[]
}

/** Gives each secret of the file the variable of its vendor, or one after its account. */
export function nameSecrets(
  parts: readonly Part[],
  vendorVariable: (provider: string) => string | undefined,
): SecretNames {
  const taken = new Set(variablesOf(parts))
  const names = new Map<string, string>()
  const needed: { name: string; path: Path }[] = []
  for (const { value, wished } of secretsOf(parts, vendorVariable)) {
    if (names.has(value.text)) continue
    let name = wished[0] ?? 'SECRET'
    for (const candidate of wished) if (taken.has(name)) name = candidate
    const base = name
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`
    taken.add(name)
    names.set(value.text, name)
    needed.push({ name, path: value.path })
  }
  return { nameOf: (secret) => names.get(secret), needed }
}

type Secret = Extract<Value, { readonly kind: 'secret' }>

function secretsOf(
  parts: readonly Part[],
  vendorVariable: (provider: string) => string | undefined,
): readonly { readonly value: Secret; readonly wished: readonly string[] }[] {
  return parts.flatMap((part) => {
    if (part.section === 'key') return secret(part.key, [variableName(part.id, 'PORTCULLIS_KEY')])
    if (part.section !== 'account') return []
    const { id, provider, apiKey, apiKeys = [], baseUrl, options = {} } = part.account
    const vendors = vendorVariable(provider)
    return [
      ...secret(apiKey, [...(vendors === undefined ? [] : [vendors]), variableName(id, 'API_KEY')]),
      ...apiKeys.flatMap((key, index) => secret(key, [variableName(id, `API_KEY_${index + 1}`)])),
      ...secret(baseUrl, [variableName(id, 'BASE_URL')]),
      ...Object.entries(options).flatMap(([name, value]) => secret(value, [variableName(id, snake(name))])),
    ]
  })
}

function secret(value: Value | undefined, wished: readonly string[]) {
  return value?.kind === 'secret' ? [{ value, wished }] : []
}

function variableName(id: string, what: string): string {
  const name = `${id}_${what}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
  return /^\d/.test(name) ? `_${name}` : name
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`)
}

/** Variables that the source names. */
function variablesOf(parts: readonly Part[]): readonly string[] {
  return [...valuesOf(parts)].flatMap(({ value }) => (value.kind === 'variable' ? [value.name] : []))
}

/** Each variable of the result, with a value of the right form: whether it is set here does not matter for a check. */
export function sampleEnvironment(parts: readonly Part[], secrets: SecretNames): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...valuesOf(parts)].flatMap(({ field, value }) => {
      const name =
        value.kind === 'variable' ? value.name : value.kind === 'secret' ? secrets.nameOf(value.text) : undefined
      return name === undefined ? [] : [[name, sampleOf(field, name)]]
    }),
  )
}

function sampleOf(field: string, name: string): string {
  if (/url|endpoint|host$/i.test(field)) return 'https://sample.example'
  if (/^(region|location)$/.test(field)) return 'us-east-1'
  if (field === 'apiVersion') return '2024-10-21'
  return `sample-0123456789-${name}`
}

function* valuesOf(parts: readonly Part[]): Generator<{ readonly field: string; readonly value: Value }> {
  for (const part of parts) {
    if (part.section === 'key' && part.key !== undefined) yield { field: 'key', value: part.key }
    if (part.section !== 'account') continue
    const { apiKey, apiKeys = [], baseUrl, options = {} } = part.account
    for (const value of apiKeys) yield { field: 'apiKey', value }
    for (const [field, value] of Object.entries({ apiKey, baseUrl, ...options })) {
      if (value !== undefined) yield { field, value }
    }
  }
}

/** Pure: the parts as a configuration. */
export function documentOf(parts: readonly Part[], textOf: (value: Value) => string): ConfigDocument {
  const of = <Section extends Part['section']>(section: Section) =>
    parts.filter((part): part is Extract<Part, { section: Section }> => part.section === section)
  const given = (value: Value | undefined, name: string): object =>
    value === undefined ? {} : { [name]: textOf(value) }
  const names = of('name')
  // Names with the same targets share a route.
  const routes = new Map<string, (typeof names)[number]>()
  const routeOf = ({ route }: (typeof names)[number]): string => JSON.stringify(route)
  for (const part of names) {
    if (!isPlain(part.route) && !routes.has(routeOf(part))) routes.set(routeOf(part), part)
  }
  const document: ConfigDocument = {
    listen: merged(of('listen').map(({ listen }) => listen)),
    providers: of('account').map(({ account: { id, provider, baseUrl, apiKey, apiKeys, options = {} }, isPrivate }) => {
      const texts = Object.entries(options).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, textOf(value)] as const],
      )
      return {
        id,
        provider,
        ...given(baseUrl, 'baseUrl'),
        ...given(apiKey, 'apiKey'),
        ...(apiKeys === undefined ? {} : { apiKeys: apiKeys.map(textOf) }),
        ...(isPrivate ? { allowPrivateNetwork: true } : {}),
        ...(texts.length === 0 ? {} : { options: Object.fromEntries(texts) }),
      }
    }),
    models: Object.fromEntries(
      names.map((part) => [
        part.name,
        isPlain(part.route)
          ? { target: part.route.target ?? '' }
          : { route: routes.get(routeOf(part))?.name ?? part.name },
      ]),
    ),
    routes: Object.fromEntries([...routes.values()].map(({ name, route }) => [name, route])),
    cache: merged(of('cache').map(({ cache }) => cache)),
    keys: of('key').map(({ id, key, models, budgets }) => ({
      id,
      ...given(key, 'key'),
      ...(models === undefined ? {} : { models: [...models] }),
      ...(budgets.length === 0 ? {} : { budgets: [...budgets] }),
    })),
    budgets: of('budget').map(({ id, budget }) => ({ id, ...budget })),
    catalog: { models: of('model').map(({ model }) => model) },
    limits: merged(of('limits').map(({ limits }) => limits)),
  }
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return Object.fromEntries(
    Object.entries(document).filter(
      ([name, value]) => value !== undefined && !isEmpty(name === 'catalog' ? document.catalog?.models : value),
    ),
  )
}

/** A target and nothing else needs no route. */
function isPlain(route: RouteDraft): boolean {
  return Object.keys(route).join() === 'target'
}

function merged<Section extends object>(sections: readonly Section[]): Section | undefined {
  return sections.length === 0 ? undefined : Object.assign({}, ...sections)
}

/** The text of the file. Nothing of the source stands in its comments: a line break there would be configuration. */
export function yamlOf(document: ConfigDocument, comment: readonly string[]): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false })
  yaml.commentBefore = comment.map((line) => ` ${line}`).join('\n')
  return yaml.toString({ lineWidth: 0 })
}
