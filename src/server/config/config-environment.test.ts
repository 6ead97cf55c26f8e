import { describe, expect, it } from 'vitest'
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

describe('a variable of the environment', () => {
  const secret = 'sk-very-secret-0123456789'

  it('stands in a value, with or without a default', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const read = (apiKey: string, environment: NodeJS.ProcessEnv) =>
      compile(account(`apiKey: ${apiKey}`), environment).accounts[0]?.secret
    expect(read('${NAME}', { NAME: secret })).toBe(secret)
    expect(read('${A}-${B:-two}', { A: 'one' })).toBe('one-two')
    expect(read('${NAME:-sk-none}', { NAME: '' })).toBe('sk-none')
    expect(read('$NAME', { NAME: secret })).toBe('$NAME')
    // What a variable holds is text, whatever it looks like, and is not read again.
    expect(read('${NAME}', { NAME: '${OTHER}', OTHER: secret })).toBe('${OTHER}')
    const text = `${account()}\nmodels: { a: { target: "own/\${NAME}" } }`
    expect(compile(text, { NAME: 'x\nkeys: [{ id: a }]' }).aliases).toEqual({
      a: { target: 'own/x\nkeys: [{ id: a }]' },
    })
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the syntax of the file.
  })

  it('may be a number or a switch where the file wants one, and stays a text elsewhere', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const text = 'listen:\n  port: ${PORT:-8787}\n  controlPort: "${CONTROL}"\ndemo: ${DEMO}\n'
    const more =
      'routes: { r: { fallback: [{ target: openai/x, timeoutMs: "${CONTROL}" }] } }\nkeys: [{ id: "${CONTROL}" }]'
    const { listen, hasDemo, routes, keysToGenerate } = compile(text + more, {
      CONTROL: '18788',
      DEMO: 'false',
      OPENAI_API_KEY: 'sk',
    })
    expect({ listen, hasDemo }).toEqual({ listen: { port: 8787, controlPort: 18788 }, hasDemo: false })
    expect(routes['r']?.plan).toMatchObject({ plans: [{ target: { name: 'openai/x', timeoutMs: 18788 } }] })
    expect(keysToGenerate[0]?.id).toBe('18788')
    for (const PORT of ['many', '1e3', '0x50', ' 1', '65536', '1'.repeat(400)])
      expectFault('listen:\n  port: ${PORT}', /^2:3 `listen\.port` (must be a number|is too large)/, { PORT })
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the syntax of the file.
  })

  it('needs quotes between braces, and a fault says so', () => {
    const text = `listen: { port: \${PORT:-8787} }`
    expectFault(text, /^1:\d+ YAML takes this brace for its own; write "\$\{NAME\}" in quotes/)
  })

  it('is named where it stands when it is not set', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const text = account('apiKey: "x-${MISSING_KEY}"')
    for (const found of [faults(text), faults(text, { MISSING_KEY: '' })]) {
      expect(found).toHaveLength(1)
      expect(found[0]).toMatch(/^4:13 The environment variable MISSING_KEY is not set/)
    }
  })

  it.each(['keys[0].id', 'baseUrl', 'bodies', 'port', 'key'])('never shows its value in a fault of %s', (place) => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const texts: Record<string, string> = {
      'keys[0].id': 'keys: [{ id: "${S}!" }]',
      baseUrl: account('baseUrl: "https://user:${S}@example.com"'),
      bodies: 'record: { bodies: "${S}" }',
      port: 'listen: { port: "${S}" }',
      key: 'keys: [{ id: a, key: "${SHORT}" }]',
    }
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the syntax of the file.
    const found = faults(texts[place] ?? '', { S: secret, SHORT: 'sesame' })
    expect(found).toHaveLength(1)
    expect(found[0]).not.toMatch(/very-secret|sesame/)
  })
})

describe('what an account does not name', () => {
  const OPENAI_API_KEY = 'sk-of-the-environment'
  const OPENAI_BASE_URL = 'http://127.0.0.1:9100/v1/'

  it("comes from the vendor's own variables", () => {
    expect(compile(account(), { OPENAI_API_KEY, OPENAI_BASE_URL }).accounts).toMatchObject([
      { id: 'own', secret: OPENAI_API_KEY, baseUrl: 'http://127.0.0.1:9100/v1', source: 'file' },
    ])
    expect(compile(account('apiKey: sk-own'), { OPENAI_API_KEY }).accounts[0]?.secret).toBe('sk-own')
  })

  it('but never the credential to an address of the file, which may be of somebody else', () => {
    const { accounts } = compile(account('baseUrl: https://example.com/v1'), { OPENAI_API_KEY, OPENAI_BASE_URL })
    expect(accounts[0]).toMatchObject({ baseUrl: 'https://example.com/v1' })
    expect(accounts[0]).not.toHaveProperty('secret')
  })

  it.each([
    ['sk-x\n', 'from a file with its line break'],
    ['sk-x sk-y', 'with a blank'],
    ['sk-ü', 'with a letter that is not ASCII'],
  ])('is refused when no header can carry it: %j', (value) => {
    const expected = /^1:1 The environment variable OPENAI_API_KEY holds a blank, a line break or a letter/
    expectFault('', expected, { OPENAI_API_KEY: value })
    expectFault(account(`apiKey: ${JSON.stringify(value)}`), /^4:\d+ `apiKey` of the account `own` takes visible ASCII/)
    expect(faults('', { OPENAI_API_KEY: value }).join()).not.toContain('sk-')
  })

  it('is named with its variable when it is no address', () => {
    expectFault('', /must begin with http:\/\/ or https:\/\/\. It comes from OLLAMA_BASE_URL\.$/, {
      OLLAMA_BASE_URL: 'localhost',
    })
    expectFault('providers: [{ id: a, provider: azure-openai, apiKey: k }]', /and AZURE_OPENAI_ENDPOINT is not set\.$/)
  })
})
