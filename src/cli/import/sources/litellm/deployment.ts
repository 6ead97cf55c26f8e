import type { Provider } from '../../../../core/model/provider.ts'
import type { AccountDraft, Draft } from '../../draft.ts'
import type { Field } from '../../field.ts'
import { type ImportCatalogue, providerNamed } from '../../source.ts'
import { literal, readValue, type Value, variable } from '../../value.ts'
import { litellmKeyVariables, litellmProviders } from './providers.ts'

/** https://docs.litellm.ai/docs/proxy/configs: `os.environ/NAME` */
export const reference = /^os\.environ\/(.*)$/

export interface Deployment {
  readonly name: string
  readonly target: string
  readonly timeoutMs: number | undefined
  /** LiteLLM tries lower ones first. */
  readonly order: number
  readonly place: Field
}

/** One entry of `model_list`. */
export function readDeployment(
  entry: Field,
  credentials: ReadonlyMap<string, Field>,
  draft: Draft,
  catalogue: ImportCatalogue,
): Deployment | undefined {
  const parameters = entry.get('litellm_params')
  const name = entry.get('model_name').text()
  const modelField = parameters.get('model')
  const asked = modelField.text()
  if (name === undefined || asked === undefined) {
    entry.unmapped('has no `model_name` or no `litellm_params.model`')
    return undefined
  }
  const found = providerAndModel(asked, parameters.get('custom_llm_provider').text(), catalogue)
  if (found === undefined) {
    entry.unmapped(`names the model ${JSON.stringify(asked)}, whose provider is not in docs/PROVIDERS.md`)
    return undefined
  }
  const model = literal(modelField, found.model)
  if (model === undefined) return undefined
  const shared = parameters.get('litellm_credential_name')
  const credential = credentials.get(shared.text() ?? '')
  if (shared.isThere && credential === undefined) shared.remark('is a name that `credential_list` has not')
  const from = (...names: readonly string[]): Field => {
    const own = parameters.get(...names)
    return own.isThere || credential === undefined ? own : credential.get(...names)
  }
  const account = accountOf(found, from, entry)
  const isWildcard = name.endsWith('*') || found.model.endsWith('*')
  const id = draft.account(isWildcard ? { ...account, id: prefixOf(name) ?? account.id } : account, entry)
  if (isWildcard) {
    readWildcard(name, found.model, id, entry)
    return undefined
  }
  readFacts(entry, account.provider, found.model, draft)
  const timeoutMs = milliseconds(parameters.get('timeout', 'request_timeout'))
  const order = parameters.get('order').number() ?? Number.MAX_SAFE_INTEGER
  return { name, target: `${id}/${found.model}`, timeoutMs, order, place: entry }
}

interface Found {
  readonly provider: Provider
  readonly model: string
  /** Between the provider and the model, as Bedrock has it. */
  readonly region?: string
}

/** Where LiteLLM knows the provider of a bare name by its own list, ours is asked. */
const bareProviders = ['openai', 'anthropic', 'vertex-ai', 'gemini', 'cohere', 'mistral', 'deepseek', 'xai', 'bedrock']

function providerAndModel(asked: string, given: string | undefined, catalogue: ImportCatalogue): Found | undefined {
  const { providers } = catalogue
  const slash = asked.indexOf('/')
  const prefix = given ?? (slash > 0 ? asked.slice(0, slash) : undefined)
  const rest = prefix !== undefined && asked.startsWith(`${prefix}/`) ? asked.slice(prefix.length + 1) : asked
  const provider =
    prefix === undefined
      ? providers.find(({ id }) => bareProviders.includes(id) && catalogue.hasModel(id, asked))
      : providerNamed(prefix, litellmProviders, providers)
  if (provider === undefined || rest === '') return undefined
  const named = (id: string): Provider => providers.find((candidate) => candidate.id === id) ?? provider
  if (provider.id === 'bedrock') {
    const [, region, model = rest] =
      /^(?:converse(?:_like)?\/|invoke\/)?(?:([a-z]{2}(?:-[a-z]+)+-\d)\/)?(.*)$/.exec(rest) ?? []
    return region === undefined ? { provider, model } : { provider, model, region }
  }
  if (/^claude/i.test(rest) && provider.id === 'vertex-ai') return { provider: named('vertex-anthropic'), model: rest }
  if (/^claude/i.test(rest) && prefix === 'azure_ai') return { provider: named('azure-anthropic'), model: rest }
  return { provider, model: rest.replace(/^(?:responses|chat)\//, '') }
}

type From = (...names: readonly string[]) => Field

function accountOf({ provider, region }: Found, from: From, entry: Field): AccountDraft {
  const text = (...names: readonly string[]): Value | undefined => readValue(from(...names), reference)
  const secret = (...names: readonly string[]): Value | undefined => readValue(from(...names), reference, true)
  const baseUrl = text('api_base', 'base_url')
  const apiKey = secret('api_key')
  // A server at another address is no longer the vendor; only what it has in common with it is certain.
  const isOther = provider.id === 'openai' && baseUrl !== undefined
  const id = isOther ? 'openai-compatible' : provider.id
  const keyBeside = ['aws_secret_access_key', 'client_secret', 'vertex_credentials'].find((name) => from(name).isThere)
  if (apiKey !== undefined && keyBeside !== undefined)
    from('api_key').remark(`stands beside \`${keyBeside}\`; an account has one`)
  const account = { id, provider: id, baseUrl, apiKey: apiKey ?? usualKey(provider, baseUrl, entry) }
  switch (credentialsOf(provider)) {
    case 'aws':
      return {
        ...account,
        baseUrl: text('aws_bedrock_runtime_endpoint') ?? baseUrl,
        apiKey: secret('aws_secret_access_key') ?? apiKey,
        options: {
          region:
            text('aws_region_name') ??
            (region === undefined ? variable('AWS_REGION_NAME') : { kind: 'literal', text: region }),
          accessKeyId: text('aws_access_key_id'),
          sessionToken: secret('aws_session_token'),
          profile: text('aws_profile_name'),
          roleArn: text('aws_role_name'),
          externalId: text('aws_external_id'),
          stsEndpoint: text('aws_sts_endpoint'),
        },
      }
    case 'google':
      return googleAccount(account, text, from)
    case 'entra':
      return {
        ...account,
        baseUrl: baseUrl ?? variable('AZURE_API_BASE'),
        apiKey: secret('client_secret') ?? account.apiKey,
        options: {
          ...(provider.options?.['apiVersion'] === undefined ? {} : { apiVersion: text('api_version') }),
          tenantId: text('tenant_id'),
          clientId: text('client_id'),
          scope: text('azure_scope'),
        },
      }
    case 'ibm':
      return {
        ...account,
        options: { projectId: text('project_id', 'watsonx_project'), spaceId: text('space_id', 'deployment_space_id') },
      }
    case 'other':
      return account
  }
}

/** By the options that a provider takes, so that no vendor is named here. */
function credentialsOf({ options = {} }: Provider): 'aws' | 'google' | 'entra' | 'ibm' | 'other' {
  if ('accessKeyId' in options) return 'aws'
  if ('location' in options) return 'google'
  if ('authorityHost' in options) return 'entra'
  return 'spaceId' in options ? 'ibm' : 'other'
}

/** What LiteLLM takes when the file names no key. Ours takes the same, except to an address of the file. */
function usualKey(provider: Provider, baseUrl: Value | undefined, entry: Field): Value | undefined {
  const theirs = Object.hasOwn(litellmKeyVariables, provider.id) ? litellmKeyVariables[provider.id] : undefined
  if (baseUrl === undefined) {
    return theirs === undefined || provider.environment.apiKey.includes(theirs) ? undefined : variable(theirs)
  }
  if (provider.needsKey) {
    const usual = theirs ?? provider.environment.apiKey[0]
    entry.action(
      `names an address and no key; LiteLLM sent ${usual ?? 'a key of the environment'} there, here it has to be said: add \`apiKey\` if the server wants one`,
    )
  }
  return undefined
}

function googleAccount(
  account: AccountDraft,
  text: (...names: readonly string[]) => Value | undefined,
  from: From,
): AccountDraft {
  const { apiKey, credentialsFile } = googleCredential(from)
  return {
    ...account,
    apiKey,
    options: {
      project: text('vertex_project', 'vertex_ai_project') ?? variable('VERTEXAI_PROJECT'),
      // LiteLLM's own default.
      location: text('vertex_location', 'vertex_ai_location') ?? { kind: 'literal', text: 'us-central1' },
      credentialsFile,
    },
  }
}

/** JSON of a service account, or the path of a file with it. */
function googleCredential(from: From): {
  readonly apiKey?: Value | undefined
  readonly credentialsFile?: Value | undefined
} {
  const field = from('vertex_credentials')
  const given = field.peek() ?? ''
  const isFile = reference.test(given) ? /file|path|credentials$/i.test(given) : !given.trimStart().startsWith('{')
  return isFile ? { credentialsFile: readValue(field, reference) } : { apiKey: readValue(field, reference, true) }
}

/** `anthropic/*` for `anthropic/*`: the name of the account does it. */
function readWildcard(name: string, model: string, account: string, entry: Field): void {
  if (name === `${account}/*` && model === '*') return
  entry.remark(
    name === '*'
      ? `a bare name goes to the provider that lists it; any other model is \`${account}/<model>\``
      : `a pattern in a name; the account \`${account}\` serves every model as \`${account}/<model>\``,
  )
}

function prefixOf(name: string): string | undefined {
  return /^([A-Za-z0-9][\w.-]*)\/\*$/.exec(name)?.[1]
}

/** Seconds, as a number or as text. */
export function milliseconds(field: Field): number | undefined {
  const seconds = field.number()
  return seconds === undefined ? undefined : Math.min(Math.max(1, Math.round(seconds * 1000)), maxMilliseconds)
}

const maxMilliseconds = 86_400_000

/** What the file says of a model becomes a fact of the catalogue; LiteLLM has prices in USD for one token. */
function readFacts(entry: Field, provider: string, model: string, draft: Draft): void {
  const info = entry.get('model_info')
  const parameters = entry.get('litellm_params')
  const either = (name: string): Field => (info.get(name).isThere ? info.get(name) : parameters.get(name))
  const cost = (name: string): number | undefined => perMillion(either(name))
  const input = cost('input_cost_per_token')
  const output = cost('output_cost_per_token')
  const cached = cost('cache_read_input_token_cost')
  const written = cost('cache_creation_input_token_cost')
  if ((input === undefined) !== (output === undefined)) {
    info.remark('has the price of one direction only; a price here has both')
  }
  const context = info.get('max_input_tokens').number()
  const most = info.get('max_output_tokens', 'max_tokens').number()
  const tools = info.get('supports_function_calling').flag()
  const reasoning = info.get('supports_reasoning').flag()
  const vision = info.get('supports_vision').flag()
  const facts = {
    ...(context === undefined ? {} : { contextTokens: context }),
    ...(most === undefined ? {} : { maxOutputTokens: most }),
    ...(tools === undefined ? {} : { supportsTools: tools }),
    ...(reasoning === undefined ? {} : { supportsReasoning: reasoning }),
    ...(vision === undefined ? {} : { inputModalities: vision ? ['text', 'image'] : ['text'] }),
    ...(input === undefined || output === undefined
      ? {}
      : {
          price: {
            inputPerMillionUsd: input,
            outputPerMillionUsd: output,
            ...(cached === undefined ? {} : { cachedInputPerMillionUsd: cached }),
            ...(written === undefined ? {} : { cacheWritePerMillionUsd: written }),
          },
        }),
  }
  if (Object.keys(facts).length > 0) draft.model({ provider, id: model, ...facts }, info.isThere ? info : entry)
  // Which endpoint a client asks decides what a model is used for.
  info.get('mode').take()
}

/** Without the noise of binary fractions. */
function perMillion(field: Field): number | undefined {
  const cost = field.number()
  return cost === undefined ? undefined : Number((cost * 1_000_000).toPrecision(12))
}
