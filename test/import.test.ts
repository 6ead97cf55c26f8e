import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fixture, importBed, variable } from './support/import-bed.ts'

const { cli, launch, inFolder, fileOf } = importBed()

describe('a configuration of LiteLLM', () => {
  it('becomes accounts, names with their fallbacks, facts and a key', async () => {
    const { code, stdout } = await cli('import', fixture('litellm.yaml'))
    expect(code).toBe(3)
    const config = parse(stdout)
    expect(config.providers).toEqual([
      { id: 'anthropic', provider: 'anthropic', apiKey: variable('ANTHROPIC_API_KEY') },
      {
        id: 'azure-openai',
        provider: 'azure-openai',
        baseUrl: 'https://example-europe.openai.azure.com/',
        apiKey: variable('AZURE_API_KEY_EU'),
        options: { apiVersion: '2024-10-21' },
      },
      {
        id: 'azure-openai-2',
        provider: 'azure-openai',
        baseUrl: 'https://example-canada.openai.azure.com/',
        apiKey: variable('AZURE_API_KEY_CA'),
      },
      { id: 'anthropic-2', provider: 'anthropic', apiKey: variable('ANTHROPIC_2_API_KEY') },
      {
        id: 'bedrock',
        provider: 'bedrock',
        apiKey: variable('CUSTOM_AWS_SECRET'),
        options: { region: 'eu-west-1', accessKeyId: variable('CUSTOM_AWS_ID') },
      },
      {
        id: 'openai-compatible',
        provider: 'openai-compatible',
        baseUrl: 'http://vllm:8000/v1',
        apiKey: variable('OPENAI_COMPATIBLE_API_KEY'),
        allowPrivateNetwork: true,
      },
      {
        id: 'vertex-ai',
        provider: 'vertex-ai',
        options: { project: 'example-project', location: 'europe-west4', credentialsFile: '/etc/google/account.json' },
      },
    ])
    expect(config.routes['gpt-4o']).toEqual({
      fallback: [
        {
          loadbalance: [
            { target: 'azure-openai/gpt-4o-eu', timeoutMs: 60_000, weight: 6 },
            { target: 'azure-openai-2/gpt-4o-ca', timeoutMs: 20_000, weight: 2 },
          ],
        },
        { target: 'anthropic-2/claude-sonnet-4-5', timeoutMs: 60_000 },
      ],
      retries: 2,
    })
    expect(config.cache).toEqual({ exact: { ttlSeconds: 300 } })
    expect(config.models['gpt-4']).toEqual({ route: 'gpt-4o' })
    expect(config.routes['claude-bedrock'].target).toBe('bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(config.keys).toEqual([{ id: 'master', key: variable('LITELLM_MASTER_KEY') }])
    expect(config.catalog.models).toEqual([
      {
        provider: 'openai-compatible',
        id: 'llama-3.3-70b',
        contextTokens: 131_072,
        price: { inputPerMillionUsd: 0.1, outputPerMillionUsd: 0.4 },
      },
    ])
  })

  it('is told part by part, with line and reason, where it is not in the result', async () => {
    const { stdout } = await cli('import', fixture('litellm.yaml'), '--json')
    const { notes, from } = JSON.parse(stdout)
    expect(from).toBe('litellm')
    const missing = notes.filter(({ kind }: { kind: string }) => kind === 'unmapped')
    expect(missing.map(({ place, line }: { place: string; line: number }) => `${line} ${place}`)).toEqual([
      '8 model_list[0].litellm_params.rpm',
      '15 model_list[1].litellm_params.rpm',
      '46 model_list[7]',
      '53 router_settings.fallbacks[0].gpt-4o',
      '56 litellm_settings.drop_params',
      '58 litellm_settings.cache_params.host',
      '59 litellm_settings.callbacks',
      '60 litellm_settings.something_new.deep',
      '63 general_settings.database_url',
    ])
  })

  it('is not copied with its secrets, unless that is asked for', async () => {
    const name = 'litellm.yaml'
    const secrets = /sk-ant-written|secret-of/
    const { stdout, stderr } = await cli('import', fixture(name))
    expect(stdout + stderr).not.toMatch(secrets)
    const { stdout: kept } = await cli('import', fixture(name), '--keep-secrets')
    expect(kept).toMatch(/sk-ant-written/)
  })
})

describe('routing of LiteLLM', () => {
  const file = (more: string): string => `model_list:
  - { model_name: fast, litellm_params: { model: openai/gpt-5-mini, order: 1, weight: 3 } }
  - { model_name: fast, litellm_params: { model: groq/llama-3.3-70b-versatile, order: 1 } }
  - { model_name: fast, litellm_params: { model: openai/gpt-5-nano, order: 2 } }
  - { model_name: big, litellm_params: { model: openai/gpt-5 } }
${more}`
  const spare = { target: 'openai/gpt-5-nano' }

  it('goes by order first, then by weight; what has none there gets no calls', async () => {
    const { stdout, code } = await cli('import', await fileOf('order.yaml', file('')))
    expect(code).toBe(0)
    expect(parse(stdout).routes.fast).toEqual({
      fallback: [
        {
          loadbalance: [
            { target: 'openai/gpt-5-mini', weight: 3 },
            { target: 'groq/llama-3.3-70b-versatile', weight: 0 },
          ],
        },
        spare,
      ],
    })
  })

  it('keeps its strategy, and fallbacks for every name', async () => {
    const more = 'router_settings: { routing_strategy: least-busy, default_fallbacks: [big] }\n'
    const { stdout, stderr } = await cli('import', await fileOf('busy.yaml', file(more)))
    expect(parse(stdout).routes.fast).toEqual({
      fallback: [
        {
          loadbalance: [{ target: 'openai/gpt-5-mini' }, { target: 'groq/llama-3.3-70b-versatile' }],
          by: 'least-busy',
        },
        spare,
        { target: 'openai/gpt-5' },
      ],
    })
    expect(parse(stdout).models.big).toEqual({ target: 'openai/gpt-5' })
    expect(stderr).toContain('litellm_params.weight: means nothing with this `routing_strategy`')
  })
})

describe('keys of Bifrost that differ in nothing else', () => {
  it('are those of one account', async () => {
    const keys = ['a', 'b'].map((name) => ({ name, value: `env.KEY_${name}`, models: ['*'], weight: 1 }))
    const { stdout } = await cli(
      'import',
      await fileOf('keys.json', JSON.stringify({ providers: { openai: { keys } } })),
    )
    expect(parse(stdout).providers).toEqual([
      { id: 'openai', provider: 'openai', apiKeys: [variable('KEY_a'), variable('KEY_b')] },
    ])
  })
})

describe('a configuration of Bifrost', () => {
  it('becomes an account for each key, with the names that clients use, and keys', async () => {
    const { code, stdout, stderr } = await cli('import', fixture('bifrost.json'))
    expect(code).toBe(3)
    const config = parse(stdout)
    expect(
      config.providers.map(({ id, provider, baseUrl }: Record<string, string>) => [id, provider, baseUrl]),
    ).toEqual([
      ['openai', 'openai', undefined],
      ['openai-second', 'openai', undefined],
      ['azure', 'azure-openai', variable('AZURE_ENDPOINT')],
      ['bedrock', 'bedrock', undefined],
      ['ollama', 'ollama', 'http://ollama:11434'],
      ['in-house', 'openai-compatible', 'http://10.0.0.5:8000/v1'],
    ])
    expect(config.models).toEqual({
      'openai/gpt-5-mini': { route: 'openai/gpt-5-mini' },
      'azure/gpt-4o': { target: 'azure/gpt-4o-deployment' },
    })
    expect(config.routes['openai/gpt-5-mini'].loadbalance).toEqual([
      { target: 'openai/gpt-5-mini', weight: 0.7 },
      { target: 'openai-second/gpt-5-mini', weight: 0.3 },
    ])
    expect(config.keys).toEqual([{ id: 'team', key: variable('TEAM_KEY'), models: ['openai/gpt-5-mini'] }])
    expect(config.limits).toEqual({ maxBodyBytes: 16 << 20 })
    expect(stderr).toContain('providers.elevenlabs: the provider "elevenlabs" is not in docs/PROVIDERS.md\n')
    expect(stdout + stderr).not.toMatch(/written-into/)
  })
})

describe('a configuration of the Helicone gateway', () => {
  it('becomes accounts, and a name for each router that has models', async () => {
    const { code, stdout, stderr } = await cli('import', fixture('helicone.yaml'))
    expect(code).toBe(3)
    const config = parse(stdout)
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 })
    expect(config.routes).toEqual({
      weighted: {
        loadbalance: [
          { target: 'anthropic/claude-sonnet-4-5', weight: 0.1 },
          { target: 'openai/gpt-5-mini', weight: 0.9 },
        ],
        retries: 2,
        cache: { ttlSeconds: 3600 },
      },
      small: { loadbalance: [{ target: 'gemini/gemini-2.5-flash' }, { target: 'ollama/llama3.2' }], by: 'latency' },
    })
    expect(config.cache).toEqual({ exact: { ttlSeconds: 3600 } })
    expect(config.catalog.models).toContainEqual({ provider: 'openai', id: 'my-fine-tune' })
    expect(stderr).toContain('routers.weighted.cache.directive: to do: is for all calls')
    expect(stderr).toContain('routers.any.load-balance.chat.providers: not yet: the model of the client')
  })
})

describe('a router of Helicone, as its README shows it', () => {
  it.each([
    ['model-latency', { by: 'latency' }],
    ['model-weighted', {}],
  ])('%s takes its models as a list or by name', async (strategy, rule) => {
    const list = 'models: [openai/gpt-4o-mini, anthropic/claude-3-5-sonnet]'
    const targets = [{ target: 'openai/gpt-4o-mini' }, { target: 'anthropic/claude-3-5-sonnet' }]
    const router = (models: string): string =>
      `routers: { my-router: { load-balance: { chat: { strategy: ${strategy}, ${models} } } } }\n`
    const listed = await cli('import', await fileOf('list.yaml', router(list)))
    expect(parse(listed.stdout).models).toEqual({ 'my-router': { route: 'my-router' } })
    expect(parse(listed.stdout).routes).toEqual({ 'my-router': { loadbalance: targets, ...rule } })
    expect(listed.stderr).not.toContain('is not a')
    const named = await cli('import', await fileOf('named.yaml', router(`models: { small: ${list.slice(8)} }`)))
    expect(parse(named.stdout).routes).toEqual({ small: { loadbalance: targets, ...rule } })
  })
})

describe('the result', () => {
  it.each(['litellm.yaml', 'portkey.json', 'bifrost.json', 'helicone.yaml'])(
    'for %s passes the check once its variables are set',
    async (name) => {
      const out = inFolder(`${name}.result.yaml`)
      await cli('import', fixture(name), '--out', out)
      const variables = [...(await readFile(out, 'utf8')).matchAll(/\$\{(\w+)\}/g)].map(([, found = '']) => found)
      expect(variables.length).toBeGreaterThan(1)
      const sample = (found: string): string =>
        found.endsWith('REGION') ? 'us-east-1' : found.endsWith('ENDPOINT') ? 'https://a.example' : `value-of-${found}`
      const environment = Object.fromEntries(variables.map((found) => [found, sample(found)]))
      const { code, stdout } = await launch(['config', 'check', out, '--json'], environment).ended
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, valid: true, faults: [] })
    },
  )

  it('is the one that the guide shows', async () => {
    const guide = await readFile(join(import.meta.dirname, '../docs/guides/moving-in.md'), 'utf8')
    const [source = '', result = ''] = [...guide.matchAll(/```yml\n(.*?)```/gs)].map(([, text = '']) => text)
    const [, listing = ''] = /```text\n(.*?)```/s.exec(guide) ?? []
    await fileOf('config.yaml', source)
    expect(await cli('import', 'config.yaml')).toMatchObject({ code: 3, stdout: result, stderr: listing })
  })
})

describe('portcullis import', () => {
  it('says the column too, as a file may be one line', async () => {
    const text = '{"model_list":[{"model_name":"a","litellm_params":{"model":"openai/gpt-5-mini","rpm":1,"tpm":2}}]}'
    const file = await fileOf('line.json', text)
    const { stderr } = await cli('import', file)
    for (const name of ['rpm', 'tpm'])
      expect(stderr).toContain(
        `${file}:1:${text.indexOf(`"${name}"`) + 1} model_list[0].litellm_params.${name}: not yet`,
      )
  })

  it('does not read a file as one of another product', async () => {
    const wrong = await cli('import', fixture('litellm.yaml'), '--from', 'portkey')
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: 'This is a file of LiteLLM, not of Portkey.\n' })
    const file = await fileOf('nothing.yaml', 'server: { port: 1 }')
    const none = await cli('import', file, '--from', 'helicone', '--out', inFolder('never.yaml'))
    expect(none).toMatchObject({ code: 0 })
    const nothing = await cli('import', await fileOf('other.yaml', 'upstreams: [1]'), '--from', 'litellm')
    expect(nothing).toMatchObject({ code: 2, stdout: '', stderr: 'Nothing in the file is a setting of LiteLLM.\n' })
  })

  const whole = 'model_list: [{ model_name: fast, litellm_params: { model: openai/gpt-5-mini } }]\n'

  it('says 0 when everything is in the result, which is then valid', async () => {
    const file = await fileOf('whole.yaml', whole)
    const out = inFolder('portcullis.yaml')
    expect(await cli('import', file, '--out', out)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `${out} was written. Everything is in the result.\n`,
    })
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    expect(parse(await readFile(out, 'utf8'))).toEqual({
      providers: [{ id: 'openai', provider: 'openai' }],
      models: { fast: { target: 'openai/gpt-5-mini' } },
    })
    expect(await cli('config', 'check', out)).toMatchObject({ code: 0 })
  })

  it('replaces a file only when it may, and never the one it reads', async () => {
    const file = await fileOf('again.yaml', whole)
    const out = await fileOf('there.yaml', 'demo: true\n')
    expect(await cli('import', file, '--out', out)).toMatchObject({ code: 2, stderr: /--force replaces it/ })
    expect(await readFile(out, 'utf8')).toBe('demo: true\n')
    expect(await cli('import', file, '--out', file, '--force')).toMatchObject({ code: 2 })
    expect(await cli('import', file, '--out', out, '--force')).toMatchObject({ code: 0 })
    expect(await readFile(out, 'utf8')).toContain('openai/gpt-5-mini')
  })

  it.each([
    ['no file', [], /Name the file/],
    ['a file that is not there', ['nowhere.yaml'], /There is no file nowhere\.yaml/],
    ['another kind', ['nowhere.yaml', '--from', 'nginx'], /--from takes one of litellm/],
  ])('takes %s for a wrong argument', async (_name, args, message) => {
    const { code, stderr } = await cli('import', ...args)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) })
  })

  it.each([
    ['a list', '[1, 2]', /not a map/],
    ['a text', 'hello', /not a map/],
    ['nothing', '', /not a map/],
    ['something else', 'server: { port: 1 }', /none of LiteLLM/],
    ['what is no YAML', 'model_list: [', /^Line 1, column \d+: neither YAML nor JSON/],
    ['a key that stands twice', 'model_list: []\nmodel_list: []', /^Line 2: the key stands twice/],
  ])('takes a file that holds %s for a wrong one', async (_name, text, message) => {
    const { code, stdout, stderr } = await cli('import', await fileOf('wrong.yaml', text))
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  })
})
