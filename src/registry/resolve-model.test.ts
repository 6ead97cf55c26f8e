import { describe, expect, it } from 'vitest'
import type { ProviderAccount, ResolvedModel, Target } from '../core/calls/registry.ts'
import { leavesOf, plainRoute } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import type { Dialect } from '../core/model/dialect.ts'
import type { ModelFacts } from '../core/model/prices.ts'
import { bearer, type Provider } from '../core/model/provider.ts'
import { createResolver, type ResolverOptions } from './resolve-model.ts'

// The resolver never looks into a dialect.
const dialect = {} as Dialect

function provider(id: string, { hasAddress = true } = {}): Provider {
  const variable = id.toUpperCase().replaceAll('-', '_')
  return {
    id,
    title: id,
    docs: 'https://docs.test',
    dialect,
    ...(hasAddress ? { baseUrl: `https://${id}.test/v1` } : {}),
    environment: { apiKey: [`${variable}_API_KEY`], baseUrl: [`${variable}_BASE_URL`] },
    needsKey: true,
    authorize: bearer,
  }
}

const openai = provider('openai')
const azure = provider('azure-openai', { hasAddress: false })
const groq = provider('groq')
const vllm = provider('vllm')
const demo = { ...provider('demo', { hasAddress: false }), environment: { apiKey: [], baseUrl: [] } }
const openrouter = provider('openrouter')
const providers = [openai, azure, groq, vllm, demo, openrouter]

const models: Readonly<Record<string, readonly string[]>> = {
  openai: ['gpt-5', 'gpt-5-mini'],
  'azure-openai': ['gpt-5', 'gpt-5-mini', 'phi-4'],
  groq: ['llama-3.3-70b-versatile', 'openai/gpt-oss-20b', 'qwen/qwen3-32b'],
  openrouter: ['meta-llama/llama-3', 'openai/gpt-5', 'qwen/qwen3-32b'],
  demo: ['echo', 'lorem'],
}

function facts(id: string): ModelFacts {
  return { id, title: id, inputModalities: ['text'], outputModalities: ['text'] }
}

function account(
  ofProvider: Provider,
  id: string = ofProvider.id,
  source: ProviderAccount['source'] = 'file',
): ProviderAccount {
  return {
    id,
    provider: ofProvider,
    baseUrl: `https://${id}.test/v1`,
    allowPrivateNetwork: false,
    requestStreamUsage: false,
    options: {},
    source,
  }
}

const demoAccount = account(demo, 'demo', 'built-in')

function resolver(accounts: readonly ProviderAccount[], overrides: Partial<ResolverOptions> = {}) {
  return createResolver({
    accounts,
    providers,
    aliases: {},
    routes: {},
    modelFacts: (providerId, id) => (models[providerId]?.includes(id) ? facts(id) : undefined),
    modelsOf: (providerId) => (models[providerId] ?? []).map(facts),
    discoveredOf: () => [],
    ...overrides,
  })
}

function where(accounts: readonly ProviderAccount[], name: string): string {
  return targetsOf(resolver(accounts).resolve(name))
    .map((target) => `${target.account.id} ${target.model}`)
    .join(', ')
}

function targetsOf({ plan }: ResolvedModel): readonly Target[] {
  return leavesOf(plan)
}

function fault(run: () => unknown): GatewayError {
  try {
    run()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('a name with a prefix', () => {
  it('means the account of that name, and the rest is the model, slashes included', () => {
    const accounts = [account(openai, 'openai-main'), account(openrouter)]
    expect(where(accounts, 'openai-main/gpt-5')).toBe('openai-main gpt-5')
    expect(where(accounts, 'openrouter/meta-llama/llama-3')).toBe('openrouter meta-llama/llama-3')
  })

  it('means the first account of that provider, a file account before one from the environment', () => {
    const accounts = [account(openai, 'ambient', 'environment'), account(openai, 'written'), account(openai, 'second')]
    expect(where(accounts, 'openai/gpt-5')).toBe('written gpt-5')
  })

  it('prefers an account that has the name of a provider', () => {
    expect(where([account(openai, 'main'), account(vllm, 'openai')], 'openai/x')).toBe('openai x')
  })

  it('takes models that the catalogue does not know, without facts', () => {
    const [target] = targetsOf(resolver([account(openai), account(groq)]).resolve('openai/gpt-99'))
    expect(target?.model).toBe('gpt-99')
    expect(target?.facts).toBeUndefined()
  })

  it('carries the facts of a known model', () => {
    expect(targetsOf(resolver([account(openai)]).resolve('openai/gpt-5'))[0]?.facts?.id).toBe('gpt-5')
  })

  it('never reaches another vendor that lists a model under the same name', () => {
    const error = fault(() => resolver([account(groq), account(openrouter)]).resolve('openai/gpt-oss-20b'))
    expect(error.code).toBe('unknown_provider')
    expect(error.message).toBe(
      'openai has no account. Set OPENAI_API_KEY, or add an entry with `provider: openai` under `providers`.',
    )
  })

  it('says which address is needed too, for a provider without one', () => {
    const error = fault(() => resolver([account(openai)]).resolve('azure-openai/gpt-5'))
    expect(error.message).toContain('Set AZURE_OPENAI_API_KEY and AZURE_OPENAI_BASE_URL, or add')
  })

  it('falls back to the catalogue where the prefix is a part of the model id', () => {
    expect(where([account(groq), account(openrouter)], 'meta-llama/llama-3')).toBe('openrouter meta-llama/llama-3')
    expect(where([account(openrouter), account(groq)], 'qwen/qwen3-32b')).toBe('openrouter qwen/qwen3-32b')
  })

  it('is refused with the nearest names when nothing has the prefix', () => {
    const error = fault(() => resolver([account(openai)]).resolve('opena/gpt-5'))
    expect(error.code).toBe('unknown_provider')
    expect(error.message).toContain('Did you mean "openai"')
  })

  it('may have been the name of a model with a slash: is told how to write that', () => {
    const error = fault(() => resolver([account(openai), account(vllm)]).resolve('Qwen-Team/Qwen3-8B'))
    expect(error.message).toBe(
      'There is no provider account and no provider "Qwen-Team". If it is a part of the name of a model, write `account/` before that, or list the whole name under the `models` of an account.',
    )
  })
})

describe('a name that no account lists', () => {
  const message = (accounts: readonly ProviderAccount[], name: string): string =>
    fault(() => resolver(accounts).resolve(name)).message

  it.each([[[]], [[demoAccount]], [[account(groq), account(vllm)]]])(
    'is told who would serve it, and with which variable (%#)',
    (accounts) => {
      expect(message(accounts, 'gpt-5-mini')).toBe(
        'No configured provider lists the model "gpt-5-mini". openai lists it: set OPENAI_API_KEY, or make an alias of this name under `models`.',
      )
      expect(message(accounts, 'phi-4')).toContain(
        'azure-openai lists it: set AZURE_OPENAI_API_KEY and AZURE_OPENAI_BASE_URL,',
      )
    },
  )

  it('is told of a region, where the address of its provider follows from that', () => {
    const environment = {
      apiKey: ['KEY_OF_AZURE'],
      baseUrl: ['BASE_OF_AZURE'],
      options: { region: ['REGION', 'OTHER_REGION'] },
    }
    const regional = { ...azure, environment, addressOf: () => undefined }
    const known = resolver([account(groq), account(vllm)], { providers: [regional] })
    expect(fault(() => known.resolve('phi-4')).message).toContain('set KEY_OF_AZURE and REGION,')
  })

  it('that is mistyped is told the name of a model that has no account yet', () => {
    expect(message([account(groq), account(vllm)], 'gpt-5-mimi')).toBe(
      'No configured provider lists the model "gpt-5-mimi". Did you mean "gpt-5-mini"? openai lists it: set OPENAI_API_KEY, or make an alias of this name under `models`.',
    )
  })

  it('is told the nearest names that would be answered before any other', () => {
    expect(message([account(openai), account(groq)], 'gpt-5-mimi')).toMatch(/Did you mean .*"gpt-5-mini"/)
    expect(message([account(openai), account(groq)], 'gpt-5-mimi')).not.toContain('set ')
    expect(message([account(groq), account(vllm)], 'nothing-like-it')).toBe(
      'No configured provider lists the model "nothing-like-it".',
    )
  })
})

it('is found once and kept, unless it is longer than any name: clients choose them', () => {
  const { resolve } = resolver([account(openai)])
  const kept = `openai/${'x'.repeat(200)}`
  const long = `openai/${'x'.repeat(300)}`
  expect(resolve(kept)).toBe(resolve(kept))
  expect(resolve(long)).not.toBe(resolve(long))
  expect(resolve(long)).toEqual(resolve(long))
})

describe('a bare name', () => {
  it('means the account whose provider lists it', () => {
    expect(where([account(openai), account(groq)], 'llama-3.3-70b-versatile')).toBe('groq llama-3.3-70b-versatile')
  })

  it('prefers the vendor with a fixed address over one whose address is the customer’s', () => {
    expect(where([account(azure), account(openai)], 'gpt-5')).toBe('openai gpt-5')
  })

  it('stays with the file: a key that happens to be set does not pull traffic to another vendor', () => {
    expect(where([account(azure), account(openai, 'openai', 'environment')], 'gpt-5')).toBe('azure-openai gpt-5')
  })

  it('goes to the only account when nobody lists it', () => {
    expect(where([account(vllm), demoAccount], 'my-own-model')).toBe('vllm my-own-model')
  })

  it('is unknown when nobody lists it and there are several accounts', () => {
    const error = fault(() => resolver([account(openai), account(groq)]).resolve('gpt-5-mimi'))
    expect(error.code).toBe('unknown_model')
    expect(error.status).toBe(404)
    expect(error.param).toBe('model')
    expect(error.message).toContain('"gpt-5-mini"')
  })

  it('never means a demo model', () => {
    const { resolve } = resolver([demoAccount])
    expect(fault(() => resolve('echo')).message).toContain('"demo/echo"')
    expect(targetsOf(resolve('demo/echo'))[0]?.account).toBe(demoAccount)
  })

  it('is refused when empty, half a prefix, or very long, without echoing it whole', () => {
    const { resolve } = resolver([account(openai), account(groq)])
    for (const name of ['', '/', 'openai/', '/gpt-5']) expect(fault(() => resolve(name)).code).toBe('unknown_model')
    expect(fault(() => resolve('x'.repeat(100_000))).message.length).toBeLessThan(300)
    expect(fault(() => resolve('a\nb')).message).toContain('"a\\nb"')
  })

  it('is refused when it is a property that every object has', () => {
    const { resolve } = resolver([account(openai), account(groq)])
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(fault(() => resolve(name)).code).toBe('unknown_model')
  })
})

describe('an alias', () => {
  const accounts = [account(openai, 'openai-main'), account(groq)]
  const { resolve, problems, list } = resolver(accounts, {
    aliases: {
      fast: { route: 'cheap-first' },
      'gpt-5': { target: 'groq/llama-3.3-70b-versatile' },
      dead: { target: 'vllm/x' },
    },
    routes: {
      'cheap-first': {
        plan: {
          kind: 'fallback',
          plans: [
            { kind: 'target', target: { name: 'groq/llama-3.3-70b-versatile', path: ['routes', 'cheap-first'] } },
            {
              kind: 'target',
              target: { name: 'openai-main/gpt-5-mini', path: ['routes', 'cheap-first'], timeoutMs: 20_000 },
            },
          ],
        },
        settings: plainRoute,
      },
      lost: {
        plan: { kind: 'target', target: { name: 'vllm/y', path: ['routes', 'lost'] } },
        settings: plainRoute,
      },
    },
  })

  it('comes before everything else', () => {
    expect(targetsOf(resolve('gpt-5'))[0]?.account.id).toBe('groq')
    expect(resolve('gpt-5').route).toBe('gpt-5')
  })

  it('of a route gives its targets in order, with their time limits', () => {
    const resolved = resolve('fast')
    expect(resolved.route).toBe('cheap-first')
    expect(targetsOf(resolved).map(({ account: { id }, model, timeoutMs }) => [id, model, timeoutMs])).toEqual([
      ['groq', 'llama-3.3-70b-versatile', undefined],
      ['openai-main', 'gpt-5-mini', 20_000],
    ])
  })

  it('that points nowhere is a problem with a place', () => {
    expect(problems().map(({ path, message }) => [path, message.split(':')[0]])).toEqual([
      [['models', 'dead'], 'models.dead'],
      [['routes', 'lost', 'target'], 'routes.lost'],
    ])
  })

  it('is listed with its owner; one that points nowhere is not', () => {
    const names = list(() => true).map(({ id, provider: owner }) => `${id} ${owner}`)
    expect(names.slice(0, 3)).toEqual(['fast route', 'gpt-5 groq', 'openai-main/gpt-5 openai'])
    expect(names).not.toContain('dead vllm')
  })
})

describe('the list', () => {
  it('has every model once, by its bare name where that means this account', () => {
    const names = resolver([account(openai), account(azure), demoAccount])
      .list(() => true)
      .map(({ id }) => id)
    expect(names).toEqual([
      'gpt-5',
      'gpt-5-mini',
      'azure-openai/gpt-5',
      'azure-openai/gpt-5-mini',
      'phi-4',
      'demo/echo',
      'demo/lorem',
    ])
  })

  it('has only names that the key may use, and every one of them resolves', () => {
    const { list, resolve } = resolver([account(openai, 'main'), account(openrouter), account(groq)])
    const listed = list((name) => name.includes('/'))
    expect(listed.map(({ id }) => id)).toContain('main/gpt-5')
    for (const { id } of list(() => true)) expect(targetsOf(resolve(id))[0]?.facts).toBeDefined()
  })
})

it('gives the same object for a name that was resolved before, and stays bounded', () => {
  const { resolve } = resolver([account(openai)])
  expect(resolve('gpt-5')).toBe(resolve('gpt-5'))
  const first = resolve('gpt-5')
  for (let index = 0; index < 10_001; index++) resolve(`openai/made-up-${index}`)
  expect(resolve('gpt-5')).not.toBe(first)
  expect(resolve('gpt-5')).toEqual(first)
})
