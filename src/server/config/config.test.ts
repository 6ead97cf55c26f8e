import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../checked-config.ts'
import type { CompiledConfig } from './compile.ts'

const models = modelCatalogue()

function compile(text: string, environment: NodeJS.ProcessEnv = {}): CompiledConfig {
  return checkedConfig(text, environment, models)
}

/** The faults of a file as `line:column message`, without any when it is valid. */
function faults(text: string, environment: NodeJS.ProcessEnv = {}): string[] {
  try {
    compile(text, environment)
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
  }
}

function expectFault(text: string, expected: RegExp, environment: NodeJS.ProcessEnv = {}): void {
  expect(faults(text, environment).join('\n')).toMatch(expected)
}

const account = (...lines: string[]): string =>
  ['providers:', '  - id: own', '    provider: openai', ...lines.map((line) => `    ${line}`)].join('\n')

describe('a file that says nothing', () => {
  it.each(['', '# later\n', '~', '{}'])('gives the defaults: %j', (text) => {
    const config = compile(text)
    expect(config).toMatchObject({ listen: {}, accounts: [], keys: [], keysToGenerate: [], aliases: {}, hasDemo: true })
    expect(config.limits).toMatchObject({ maxBodyBytes: 33_554_432, deadlineMs: 600_000, drainTimeoutMs: 30_000 })
    expect(config.recordSettings('any')).toEqual({ bodies: 'full', maxBodyBytes: 65_536 })
  })
})

describe('a file that is valid', () => {
  it('keeps the defaults of what it leaves out', () => {
    const config = compile(
      'limits: { deadlineMs: 5 }\nrecord: { maxBodyBytes: 9 }\nworkspaces: [{ id: b, record: { bodies: off } }]',
    )
    expect(config.limits).toMatchObject({ deadlineMs: 5, headersTimeoutMs: 30_000 })
    expect(config.recordSettings('a')).toEqual({ bodies: 'full', maxBodyBytes: 9 })
    expect(config.recordSettings('b')).toEqual({ bodies: 'off', maxBodyBytes: 9 })
  })

  it('gives keys as hashes only, and says which ones are to be made', () => {
    const config = compile('keys:\n  - { id: a, key: chosen-0123456789abcdef }\n  - { id: b, models: [demo/*] }')
    expect(config.keys).toMatchObject([{ id: 'a', workspace: 'default', models: ['*'], source: 'file' }])
    expect(config.keysToGenerate).toEqual([{ id: 'b', workspace: 'default', models: ['demo/*'] }])
    expect(JSON.stringify(config)).not.toContain('chosen-0123456789abcdef')
  })
})

describe('a key that the file does not have', () => {
  it.each([
    ['provders: []', '1:1 Unknown key `provders`; did you mean `providers`?'],
    [account('apikey: x'), '4:5 Unknown key `apikey`; did you mean `apiKey`?'],
    ['keys:\n  - id: a\n    modles: [x]', '3:5 Unknown key `modles`; did you mean `models`?'],
    ['demo: true\n\nlimits:\n  deadlineMS: 1', '4:3 Unknown key `deadlineMS`; did you mean `deadlineMs`?'],
    ['xylophones: 1', '1:1 Unknown key `xylophones`.'],
  ])('is refused where it stands: %j', (text, expected) => {
    expect(faults(text)).toEqual([expected])
  })

  it.each([
    ['mcp: {}', /^1:1 MCP servers \(`mcp`\) are not available in this version; take the key out\.$/],
    ['a2a: {}', /^1:1 Agent-to-agent calls \(`a2a`\) are not available in this version/],
    ['agents: []', /^1:1 Agents \(`agents`\) are not available in this version/],
    ['policies: []', /^1:1 Policies \(`policies`\) are not available in this version/],
  ])('is refused as one of a later version: %j', (text, expected) => {
    const found = faults(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })

  it('is refused together with all the other faults, in the order of the file', () => {
    expect(faults('demo: 1\nkeys:\n  - id: a\n    key: short\nnope: 1').map((fault) => fault.split(' ')[0])).toEqual([
      '1:1',
      '4:5',
      '5:1',
    ])
  })
})

describe('a value of the wrong kind', () => {
  it.each([
    ['demo: "yes"', /^1:1 `demo` must be `true` or `false`\.$/],
    ['listen:\n  port: "8787"', /^2:3 `listen\.port` must be a (whole )?number\.$/],
    ['listen:\n  port: 65536', /^2:3 `listen\.port` is too large: at most 65535\.$/],
    ['listen:\n  port: -1', /^2:3 `listen\.port` is too small: at least 0\.$/],
    ['listen:\n  port: 1.5', /^2:3 `listen\.port` must be a whole number\.$/],
    ['limits:\n  deadlineMs: 0', /^2:3 `limits\.deadlineMs` is too small: more than 0\.$/],
    ['limits:\n  deadlineMs: 86400001', /^2:3 `limits\.deadlineMs` is too large: at most 86400000\.$/],
    ['limits:\n  maxBodyBytes: .inf', /^2:3 `limits\.maxBodyBytes` /],
    ['limits:\n  maxBodyBytes: .nan', /^2:3 `limits\.maxBodyBytes` /],
    ['limits:\n  maxConcurrentCalls: 1000001', /^2:3 `limits\.maxConcurrentCalls` is too large: at most 1000000\.$/],
    ['limits:\n  deadlineMs: 99999999999999999999', /^2:3 `limits\.deadlineMs` is too large: at most 86400000\.$/],
    [
      account('health: { path: /health, model: m }'),
      /^4:5 `health` of the account `own` takes `path` or `model`, not both\.$/,
    ],
    [account('health: { path: "//elsewhere.example/" }'), /`providers\[0\]\.health\.path` takes a path of the host/],
    [account('health: { everyMs: 99 }'), /`providers\[0\]\.health\.everyMs` is too small: at least 100\.$/],
    [account('health: {}').replace('openai', 'bedrock'), /^4:5 `health` of the account `own` needs `path` or `model`/],
    ['keys: [{ id: a, key: secret key with blanks }]', /^1:17 `keys\[0\]\.key` takes visible ASCII characters/],
    ['record:\n  bodies: some', /^2:3 `record\.bodies` must be `full` or `off`\.$/],
    ['keys:\n  - key: chosen-0123456789abcdef', /^2:5 `keys\[0\]\.id` is missing\.$/],
    ['keys:\n  - id: a\n    models: fast', /^3:5 `keys\[0\]\.models` must be a list\.$/],
    ['models: { a: { target: demo/echo, route: r } }', /^1:11 `models\.a` takes `target` or `route`, not both\.$/],
    ['models: { a: {} }', /^1:11 `models\.a` needs `target` or `route`\.$/],
    ['models: { a: { tarket: demo/echo } }', /^1:16 Unknown key `tarket`; did you mean `target`\?$/],
    ['models: [a]', /^1:1 `models` must be a map of keys and values\.$/],
    ['models: { a: demo/echo }', /^1:11 `models\.a` must be a map of keys and values\.$/],
    ['keys:\n  - id: a b', /^2:5 `keys\[0\]\.id` takes letters, digits, dots/],
    ['routes:\n  r: { fallback: [] }', /^2:8 `routes\.r\.fallback` is too short: at least 1\.$/],
    ['[]', /^1:1 The file must be a map of keys and values\.$/],
    ['just a text', /^1:1 The file must be a map of keys and values\.$/],
    ['42', /^1:1 The file must be a map of keys and values\.$/],
  ])('is refused with its place: %j', (text, expected) => {
    const found = faults(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })

  it('is refused when it is a key of fewer than 16 characters, and never shown', () => {
    expect(faults('keys:\n  - id: a\n    key: sesame-15-chars')).toEqual([
      '3:5 `keys[0].key` is too short: at least 16.',
    ])
    expect(faults('keys:\n  - id: a\n    key: sesame-16--chars')).toEqual([])
  })
})

describe('several credentials of an account', () => {
  const one = (more: string): string => `providers: [{ id: a, provider: openai, ${more} }]`

  it.each([
    ['apiKey: sk-1, apiKeys: [sk-1, sk-2]', 'The account `a` takes `apiKey` or `apiKeys`, not both.'],
    ['apiKeys: [sk-1, sk-1]', 'The account `a` has a credential twice in `apiKeys`.'],
    ['apiKeys: [sk-1]', '`providers[0].apiKeys` is too short: at least 2.'],
    ['apiKeys: [sk-1, "s k"]', '`apiKeys[1]` of the account `a` takes visible ASCII characters'],
  ])('are refused when they are none: %s', (more, expected) => {
    const found = faults(one(more))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  it('are taken', () => {
    expect(faults(one('apiKeys: [sk-1, sk-2]'))).toEqual([])
  })
})

describe('a text that is not YAML', () => {
  it.each([
    ['demo: [', /^1:\d+ The file is not valid YAML here/],
    ['demo: true\ndemo: false', /^2:1 A key stands twice in the same map; keep one\.$/],
    ['listen:\n\tport: 1', /^2:\d+ YAML takes no tabs/],
    ['demo: &d true\n<<: *d', /^2:1 Unknown key `<<`\.$/],
    ['demo: true\n---\ndemo: false', /^\d:\d+ The file is not valid YAML here/],
  ])('is refused with its place: %j', (text, expected) => {
    expect(faults(text)[0]).toMatch(expected)
  })

  it('is refused when it is larger than a configuration can be', () => {
    expect(faults(`# ${'x'.repeat(1 << 20)}`)).toEqual(['1:1 The file is larger than 1048576 bytes.'])
  })

  it('is refused when it is nested deeper than a configuration can be', () => {
    for (const text of ['['.repeat(10_000), '- '.repeat(10_000)])
      expect(faults(text)[0]).toMatch(/is not valid YAML here/)
  })

  it('may use anchors, but not to grow without bound', () => {
    expect(
      compile('providers:\n  - { id: a, provider: openai, apiKey: &k sk }\n  - { id: b, provider: openai, apiKey: *k }')
        .accounts,
    ).toMatchObject([{ secret: 'sk' }, { secret: 'sk' }])
    const lines = ['l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]']
    for (let level = 1; level < 30; level++)
      lines.push(`l${level}: &l${level} [${Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ')}]`)
    expect(faults(lines.join('\n'))).toEqual(['1:1 The file uses too many YAML aliases.'])
  })

  it('is refused when an anchor holds itself', () => {
    expect(faults('models: &m\n  a: *m').length).toBeGreaterThan(0)
    expect(faults('keys: &k [*k]').length).toBeGreaterThan(0)
  })
})

describe('names that must agree', () => {
  it('are ids that stand once', () => {
    expectFault(`${account()}\n  - { id: own, provider: openai }`, /Two provider accounts have the id `own`\./)
    expectFault('keys: [{ id: team }, { id: team }]', /Two keys have the id `team`\./)
  })

  it('are providers, options and routes that exist', () => {
    expectFault('providers: [{ id: a, provider: opnai }]', /unknown provider `opnai`; did you mean `openai`\?/)
    expectFault(account('options: { nope: x }'), /the option `nope`, which the provider `openai` does not know/)
    expectFault(
      'models: { a: { route: fats } }\nroutes: { fast: { target: demo/echo } }',
      /alias `a` names the unknown route `fats`; did you mean `fast`\?/,
    )
  })

  it('are the accounts that aliases and routes lead to', () => {
    expectFault(
      'models: { a: { target: nowhere/x } }',
      /models\.a: There is no provider account and no provider "nowhere"/,
    )
    expectFault('routes: { r: { fallback: [{ target: demo/echo }, { target: nowhere/x }] } }', /routes\.r: .*"nowhere"/)
    expectFault('demo: false\nmodels: { a: { target: demo/echo } }', /models\.a: /)
    expect(faults('models: { a: { route: r } }\nroutes: { r: { target: demo/echo } }')).toEqual([])
  })

  it('are never aliases of aliases, so that there are no circles', () => {
    expect(faults('models: { a: { target: b }, b: { target: a } }')).toHaveLength(2)
    expect(faults('models: { a: { target: a } }')).toHaveLength(1)
    expect(faults('models: { a: { target: demo/echo }, b: { target: a } }')).toEqual([
      '1:37 models.b: "a" is an alias, and an alias cannot name another one; name what that one stands for.',
    ])
  })

  it('is told of with everything else that is wrong, and not for what is wrong elsewhere', () => {
    const text = [
      'providers:',
      '  - { id: mine, provider: opnai }',
      'models:',
      '  a: { target: nobody/a }',
      '  b: { route: none }',
      '  c: { target: mine/gpt-5 }',
      'routes:',
      '  r: { fallback: [{ target: demo/echo }, { target: nobody/a }, { target: nobody/b }] }',
      'keys:',
      '  - { id: k }',
      '  - { id: k }',
    ]
    expect(faults(text.join('\n')).map((fault) => fault.split(' ')[0])).toEqual([
      '2:17',
      '4:3',
      '5:8',
      '8:44',
      '8:66',
      '11:7',
    ])
  })
})

describe('an address of a provider', () => {
  it.each([
    ['file:///etc/passwd', /must begin with http:\/\/ or https:\/\//],
    ['not a url', /must begin with http:\/\/ or https:\/\/\.$/],
    ['api.openai.com/v1', /The base URL of the account `own` must begin with http:\/\/ or https:\/\/\.$/],
    ['localhost:8000/v1', /must begin with http:\/\/ or https:\/\/\.$/],
    ['https://:443', /is not a URL/],
    ['https://user:hunter2@example.com/v1', /holds a user name or password; set `apiKey` instead/],
    ['https://example.com/v1?key=hunter2', /no query and no fragment/],
    ['http://127.0.0.1:11434', /a loopback address.*set `allowPrivateNetwork: true`/],
    ['http://localhost:11434', /set `allowPrivateNetwork: true`/],
    ['http://2130706433', /points to 127\.0\.0\.1/],
    ['http://10.0.0.5/v1', /set `allowPrivateNetwork: true`/],
    ['http://[::1]:8000', /set `allowPrivateNetwork: true`/],
    ['http://169.254.169.254/latest', /This is never allowed/],
  ])('is refused: %s', (url, expected) => {
    const found = faults(account(`baseUrl: "${url}"`))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
    expect(found[0]).not.toContain('hunter2')
  })

  it('may be private when the account says so, but never the metadata service', () => {
    const { accounts } = compile(account('baseUrl: http://127.0.0.1:11434/v1/', 'allowPrivateNetwork: true'))
    expect(accounts).toMatchObject([{ baseUrl: 'http://127.0.0.1:11434/v1', allowPrivateNetwork: true }])
    expectFault(account('baseUrl: http://169.254.169.254', 'allowPrivateNetwork: true'), /never allowed/)
  })

  it('is checked too when the environment names it', () => {
    expectFault('', /must begin with http.* It comes from OPENAI_BASE_URL\.$/, {
      OPENAI_API_KEY: 'sk',
      OPENAI_BASE_URL: 'file:///etc/passwd',
    })
    expect(compile('', { OPENAI_API_KEY: 'sk' }).accounts).toMatchObject([{ id: 'openai', source: 'environment' }])
  })
})

describe('any text at all', () => {
  const holdsAsText = (text: string): void => {
    for (const fault of faults(text, { HOME: '/' })) expect(fault).toMatch(/^\d+:\d+ \S/)
  }
  const holds = (value: unknown): void => holdsAsText(stringify(value))

  it('made from random JSON compiles or is a ConfigError', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), holds), { numRuns: 300 })
  })

  it('made from the names that the file has compiles or is a ConfigError', () => {
    const places = 'listen providers keys models routes record limits workspaces demo id provider target route fallback'
    const word = fc.constantFrom(
      ...places.split(' '),
      'options',
      'baseUrl',
      'key',
      'port',
      'openai',
      'demo/echo',
      'a',
      '',
    )
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const odd = fc.constantFrom(null, '${HOME}', '${NOT_SET}', 'http://[', '${')
    const leaf = fc.oneof(word, fc.integer(), fc.boolean(), odd)
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5, depthSize: 'medium' },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(word, tie('node'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(fc.property(fc.dictionary(word, node, { maxKeys: 4 }), holds), { numRuns: 300 })
  })

  it('as it comes compiles or is a ConfigError', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab:{}[],-&*!|>\'"%#? \n\t$') })
    fc.assert(fc.property(text, holdsAsText), { numRuns: 500 })
  })
})
