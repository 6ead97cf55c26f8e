/** Provider accounts, from the file and from the vendors' own variables. */
import { trimSlashes } from '../../catalog/base-url.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import type { Provider } from '../../core/model/provider.ts'
import { readReference, referenceFault } from '../../core/secrets/secret-reference.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import { checkBaseUrl } from '../../gateway/outbound/address-guard.ts'
import { lacksCredential } from '../../gateway/probe/diagnosis.ts'
import { type Path, pathText, suggestion } from './issue-text.ts'
import type { ConfigDocument } from './schema.ts'
import { headerPattern, headerRule } from './schema.ts'

/** Where a fault stands, and what it is. */
export type Report = (path: Path, message: string) => void

type DocumentAccount = NonNullable<ConfigDocument['providers']>[number]

/**
 * What the file does not name comes from the vendor's variables, as in the vendor's own SDK. Never the credential alone to
 * an address that the file names: it may be somebody else's.
 */
export function fileAccount(
  account: DocumentAccount,
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
  fault: Report,
): ProviderAccount[] {
  const provider = providers.find(({ id }) => id === account.provider)
  if (provider === undefined) {
    const ids = providers.map(({ id }) => id)
    const near = nearestNames(account.provider, ids, 1)[0]
    fault(
      ['provider'],
      `The account \`${account.id}\` names the unknown provider \`${account.provider}\`${suggestion(near)}`,
    )
    return []
  }
  for (const name of Object.keys(account.options ?? {})) {
    const options = Object.keys(provider.options ?? {})
    if (options.includes(name)) continue
    fault(
      ['options', name],
      `The account \`${account.id}\` has the option \`${name}\`, which the provider \`${provider.id}\` does not know${suggestion(nearestNames(name, options, 1)[0])}`,
    )
  }
  const known = fromEnvironment(provider, environment)
  const namesAddress =
    account.baseUrl !== undefined || provider.addressOptions?.some((name) => account.options?.[name] !== undefined)
  if (account.queue !== undefined && account.maxConcurrentCalls === undefined) {
    fault(['queue'], `The account \`${account.id}\` needs \`maxConcurrentCalls\` for its \`queue\`.`)
    return []
  }
  const wrongCheck = healthFault(account, provider)
  if (wrongCheck !== undefined) {
    fault(['health'], `\`health\` of the account \`${account.id}\` ${wrongCheck}.`)
    return []
  }
  const { apiKeys } = account
  if (apiKeys !== undefined && account.apiKey !== undefined) {
    fault(['apiKeys'], `The account \`${account.id}\` takes \`apiKey\` or \`apiKeys\`, not both.`)
    return []
  }
  if (new Set(apiKeys).size !== (apiKeys?.length ?? 0)) {
    fault(['apiKeys'], `The account \`${account.id}\` has a credential twice in \`apiKeys\`.`)
    return []
  }
  const [firstKey = account.apiKey] = apiKeys ?? []
  const mayUse = firstKey === undefined && namesAddress !== true
  const options = {
    ...known.options,
    ...(mayUse ? known.credentialOptions : {}),
    ...account.options,
  }
  const baseUrl = account.baseUrl ?? known.baseUrl?.value ?? provider.baseUrl ?? provider.addressOf?.(options)
  if (baseUrl === undefined) {
    const variable = provider.environment.baseUrl[0]
    const missing = provider.accountFault?.({ baseUrl: '', options })
    fault(
      [],
      missing === undefined
        ? `The account \`${account.id}\` needs a \`baseUrl\`: the provider \`${provider.id}\` has no address of its own${variable === undefined ? '' : `, and ${variable} is not set`}.`
        : `The account \`${account.id}\` of the provider \`${provider.id}\` ${missing}.`,
    )
    return []
  }
  const secret = firstKey ?? (mayUse ? known.secret?.value : undefined)
  const keyPath = (index: number): Path => (apiKeys === undefined ? ['apiKey'] : ['apiKeys', index])
  const given = apiKeys ?? (firstKey === undefined ? [] : [firstKey])
  for (const [index, key] of given.entries()) {
    const reference = readReference(key)
    const wrong = reference && referenceFault(reference)
    if (wrong === undefined) continue
    fault(keyPath(index), `\`${pathText(keyPath(index))}\` of the account \`${account.id}\` ${wrong}.`)
    return []
  }
  const made: ProviderAccount = {
    id: account.id,
    provider,
    baseUrl: trimSlashes(baseUrl),
    ...(secret === undefined ? {} : { secret }),
    // A server on this machine is what these providers are for (Ollama, vLLM): their own address needs no permission.
    allowPrivateNetwork: account.allowPrivateNetwork ?? account.baseUrl === undefined,
    allowPrivateTokenEndpoint: account.allowPrivateNetwork ?? false,
    requestStreamUsage: account.streamUsage === 'request',
    ...(account.unknownIds === 'pass' ? { passesUnknownIds: true } : {}),
    ...(account.traceContext === 'pass' ? { passesTraceContext: true } : {}),
    ...(account.dataRegion === undefined ? {} : { dataRegion: account.dataRegion }),
    options,
    ...(account.models === undefined ? {} : { models: account.models }),
    ...slotsOf(account),
    ...healthOf(account),
    source: 'file',
  }
  const wrong = provider.accountFault?.(made)
  if (wrong !== undefined) {
    fault([], `The account \`${account.id}\` of the provider \`${provider.id}\` ${wrong}.`)
    return []
  }
  // A credential that is traded for a token may be JSON or PEM text; any other goes into a header as it is.
  const unsendable = given.findIndex((key) => readReference(key) === undefined && !headerPattern.test(key))
  if (unsendable >= 0 && !isTraded(made)) {
    const path = keyPath(unsendable)
    fault(path, `\`${pathText(path)}\` of the account \`${account.id}\` ${headerRule}`)
    return []
  }
  const found = checked(made, account.baseUrl === undefined ? known : { ...known, baseUrl: undefined }, (message) =>
    fault(['baseUrl'], message),
  )
  return found
    .flatMap((one) => [one, ...furtherCredentials(one, apiKeys?.slice(1) ?? [])])
    .map((one) => (firstKey === undefined ? one : withReference(one)))
}

/** A credential is limited, refused and recorded by itself, so each is an account, reached by the name of the first. */
function furtherCredentials(account: ProviderAccount, keys: readonly string[]): ProviderAccount[] {
  return keys.map((secret, index) => ({ ...account, id: `${account.id}#${index + 2}`, secret, furtherOf: account.id }))
}

/** Only what stands in the file can be a reference: what a variable holds is a credential, whatever it looks like. */
function withReference({ secret, ...account }: ProviderAccount): ProviderAccount {
  if (secret === undefined) return account
  return readReference(secret) === undefined ? { ...account, secret } : { ...account, secretReference: secret }
}

function slotsOf({ maxConcurrentCalls, queue = {} }: DocumentAccount): Pick<ProviderAccount, 'slots'> {
  if (maxConcurrentCalls === undefined) return {}
  const { maxWaiting = 1000, maxWaitMs = 10_000 } = queue
  return { slots: { maxConcurrentCalls, maxWaiting, maxWaitMs } }
}

const usualCheck = { everyMs: 30_000, timeoutMs: 5000, failures: 3 }

function healthOf({ health }: DocumentAccount): Pick<ProviderAccount, 'healthCheck'> {
  if (health === undefined) return {}
  const { path, model, everyMs, timeoutMs, failures } = health
  return {
    healthCheck: {
      everyMs: everyMs ?? usualCheck.everyMs,
      timeoutMs: timeoutMs ?? usualCheck.timeoutMs,
      failures: failures ?? usualCheck.failures,
      question:
        model !== undefined
          ? { kind: 'model', model }
          : path !== undefined
            ? { kind: 'path', path }
            : { kind: 'models' },
    },
  }
}

/** What is wrong with the question that an account is checked with. */
function healthFault({ health }: DocumentAccount, { dialect }: Provider): string | undefined {
  if (health === undefined) return undefined
  if (health.path !== undefined && health.model !== undefined) return 'takes `path` or `model`, not both'
  const hasQuestion = health.path !== undefined || health.model !== undefined || dialect.modelListPath !== undefined
  return hasQuestion ? undefined : 'needs `path` or `model`: its provider has no list of models to ask for'
}

function isTraded(account: ProviderAccount): boolean {
  return account.provider.exchange?.(account) !== undefined
}

/** Valid, as clients may never ask for it, but whoever wrote it should know. */
export function withoutCredential(
  document: readonly DocumentAccount[],
  accounts: readonly ProviderAccount[],
  warn: Report,
): void {
  for (const account of accounts.filter(lacksCredential)) {
    const index = document.findIndex(({ id }) => id === account.id)
    const variables = account.provider.environment.apiKey.join(' or ')
    const named = document[index]?.baseUrl !== undefined
    const help =
      variables === ''
        ? 'give it one, as docs/guides/credentials.md says'
        : named
          ? 'give it `apiKey`; that of a variable goes to no address of the file'
          : `set ${variables}, or give it \`apiKey\``
    warn(['providers', index], `The account \`${account.id}\` has no credential: ${help}.`)
  }
}

/** Accounts for providers that the file does not configure. Their base URLs are the operator's own words, so they may be private. */
export function environmentAccounts(
  fileAccounts: readonly ProviderAccount[],
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
  fault: Report,
): ProviderAccount[] {
  return providers.flatMap((provider) => {
    if (fileAccounts.some((account) => account.provider.id === provider.id || account.id === provider.id)) return []
    const known = fromEnvironment(provider, environment)
    const options = { ...known.options, ...known.credentialOptions }
    const baseUrl = known.baseUrl?.value ?? provider.baseUrl ?? provider.addressOf?.(options)
    const hasCredential = known.secret !== undefined || known.credentialOptions !== undefined
    const isMeant = provider.needsKey ? hasCredential : known.baseUrl !== undefined
    if (!isMeant || baseUrl === undefined) return []
    const account: ProviderAccount = {
      id: provider.id,
      provider,
      baseUrl: trimSlashes(baseUrl),
      ...(known.secret === undefined ? {} : { secret: known.secret.value }),
      allowPrivateNetwork: true,
      requestStreamUsage: false,
      options,
      source: 'environment',
    }
    // Variables are often there for other programs, so what is not enough for an account is no fault.
    if (provider.accountFault?.(account) !== undefined) return []
    return checked(account, known, (message) => fault([], message))
  })
}

interface Variable {
  readonly name: string
  readonly value: string
}

interface Variables {
  readonly secret: Variable | undefined
  readonly baseUrl: Variable | undefined
  readonly options: Readonly<Record<string, string>>
  /** Present when the credential comes from several variables. */
  readonly credentialOptions: Readonly<Record<string, string>> | undefined
}

/** Of several names the first one that is set. */
function fromEnvironment({ environment: names }: Provider, environment: NodeJS.ProcessEnv): Variables {
  const first = (candidates: readonly string[]): Variable | undefined =>
    candidates.map((name) => ({ name, value: environment[name] ?? '' })).find(({ value }) => value !== '')
  const found = { baseUrl: first(names.baseUrl), options: valuesOf(names.options ?? {}, first) }
  const secret = first(names.apiKey)
  const { together } = names
  if (secret !== undefined || together === undefined) return { ...found, secret, credentialOptions: undefined }
  const single = Object.entries(together.options).map(([option, name]) => [option, [name]] as const)
  const credentialOptions = valuesOf(Object.fromEntries(single), first)
  const togetherSecret = together.apiKey === undefined ? undefined : first([together.apiKey])
  const isWhole =
    Object.keys(credentialOptions).length === single.length &&
    (togetherSecret !== undefined || together.apiKey === undefined)
  const optional = Object.entries(together.optional ?? {}).map(([option, name]) => [option, [name]] as const)
  const taken = { ...credentialOptions, ...valuesOf(Object.fromEntries(optional), first) }
  return isWhole
    ? { ...found, secret: togetherSecret, credentialOptions: taken }
    : { ...found, secret: undefined, credentialOptions: undefined }
}

function valuesOf(
  names: Readonly<Record<string, readonly string[]>>,
  first: (candidates: readonly string[]) => Variable | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([option, candidates]) => {
      const found = first(candidates)
      return found === undefined ? [] : [[option, found.value]]
    }),
  )
}

function checked(
  account: ProviderAccount,
  { secret, baseUrl }: Variables,
  fault: (message: string) => void,
): ProviderAccount[] {
  if (
    secret !== undefined &&
    account.secret === secret.value &&
    !headerPattern.test(secret.value) &&
    !isTraded(account)
  ) {
    fault(`The environment variable ${secret.name} holds a blank, a line break or a letter that no header can carry.`)
    return []
  }
  if (!/^https?:\/\//i.test(account.baseUrl)) {
    fault(`The base URL of the account \`${account.id}\` must begin with http:// or https://.${origin(baseUrl)}`)
    return []
  }
  try {
    checkBaseUrl(account.baseUrl, { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork })
    return [account]
  } catch (error) {
    fault(`${(error as Error).message}${origin(baseUrl)}`)
    return []
  }
}

function origin(variable: Variable | undefined): string {
  return variable === undefined ? '' : ` It comes from ${variable.name}.`
}
