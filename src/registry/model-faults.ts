import type { ProviderAccount } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import type { ModelFacts } from '../core/model/prices.ts'
import type { Provider } from '../core/model/provider.ts'
import { nearestNames } from '../core/text/nearest-names.ts'

export interface KnownNames {
  /** The whole catalogue. */
  readonly providers: readonly Provider[]
  /** Accounts, by what may stand before a model's name. */
  readonly byPrefix: ReadonlyMap<string, ProviderAccount>
  modelFacts(providerId: string, modelId: string): ModelFacts | undefined
  modelsOf(providerId: string): readonly ModelFacts[]
  /** That lead somewhere. */
  names(): Iterable<string>
}

/** What is said of a model's name that leads nowhere, and what to do. */
export interface ModelFaults {
  unknownModel(name: string): GatewayError
  /** `model`: what stands behind the prefix, where a model was asked for. */
  unknownPrefix(prefix: string, model?: string): GatewayError
  notConfigured(provider: Provider): GatewayError
}

export function createModelFaults({ providers, byPrefix, modelFacts, modelsOf, names }: KnownNames): ModelFaults {
  /** Of all that the catalogue knows, so at most a slip or two apart. */
  function nearestElsewhere(name: string): string {
    const every = new Set(
      providers.flatMap(({ id }) => (byPrefix.has(id) ? [] : modelsOf(id).map((model) => model.id))),
    )
    const [near] = nearestNames(name, every, 1, 2)
    const nearVendor = near === undefined ? undefined : vendorOf(near)
    return near === undefined || nearVendor === undefined ? '' : `${suggestion([near])} ${nearVendor}`
  }

  /** Who would serve it. The makers of models stand in the catalogue before those who pass on the models of others. */
  function vendorOf(name: string): string | undefined {
    const listing = providers.filter(({ id }) => !byPrefix.has(id) && modelFacts(id, name) !== undefined)
    const vendor = listing.find(({ baseUrl }) => baseUrl !== undefined) ?? listing[0]
    const variables = vendor === undefined ? '' : variablesOf(vendor)
    return variables === ''
      ? undefined
      : `${vendor?.title} lists it: set ${variables}, or make an alias of this name under \`models\`.`
  }

  return {
    unknownModel(name) {
      const vendor = vendorOf(name)
      const help =
        vendor === undefined
          ? suggestion(nearestNames(name, new Set(names()), 3)) || nearestElsewhere(name)
          : ` ${vendor}`
      const message = `No configured provider lists the model ${quoted(name)}.${help}`
      return new GatewayError('unknown_model', message, { param: 'model' })
    },
    unknownPrefix(prefix, model) {
      const prefixes = new Set([...byPrefix.keys(), ...providers.map(({ id }) => id)])
      const near = nearestNames(prefix, prefixes, 3)
      const elsewhere = model === undefined ? undefined : vendorOf(`${prefix}/${model}`)
      // The name of a model may have slashes of its own.
      const help =
        elsewhere === undefined ? suggestion(near) || (model === undefined ? '' : slashHelp) : ` ${elsewhere}`
      const message = `There is no provider account and no provider ${quoted(prefix)}.${help}`
      return new GatewayError('unknown_provider', message, { param: 'model' })
    },
    notConfigured(provider) {
      const { id, title } = provider
      const variables = variablesOf(provider)
      const ways = variables === '' ? '' : `Set ${variables}, or add`
      const message = `${title} has no account. ${ways || 'Add'} an entry with \`provider: ${id}\` under \`providers\`.`
      return new GatewayError('unknown_provider', message, { param: 'model' })
    },
  }
}

export function suggestion(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${names.map(quoted).join(' or ')}?`
}

/** As JSON, so that a name cannot put line breaks or control characters into a log, and not at any length. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
}

const slashHelp =
  ' If it is a part of the name of a model, write `account/` before that, or list the whole name under the `models` of an account.'

/** The credential, and where that alone names no address, what does. */
function variablesOf({ environment, baseUrl, addressOf }: Provider): string {
  const [ofOption] = Object.values(environment.options ?? {})
  const ofAddress = addressOf === undefined ? environment.baseUrl[0] : ofOption?.[0]
  const variables = [environment.apiKey[0], baseUrl === undefined ? ofAddress : undefined]
  return variables.filter((name) => name !== undefined).join(' and ')
}
