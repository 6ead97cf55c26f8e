import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { importText } from '../src/cli/import/import-text.ts'

const deployment = (litellm_params: object, name = 'a'): string =>
  JSON.stringify({
    model_list: [{ model_name: name, litellm_params: { model: 'openai/gpt-5-mini', ...litellm_params } }],
  })

const unmapped = (text: string): string[] =>
  importText(text).notes.flatMap(({ kind, place }) => (kind === 'unmapped' ? [place] : []))

describe('a hostile file', () => {
  it('with aliases that stand for a huge one is refused', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${Array(9).fill(`*a${level - 1}`)}]`,
    )
    expect(() => importText(`${levels.join('\n')}\nmodel_list: *a11\n`)).toThrow(/too many YAML aliases|values/)
  })

  it('with an alias of itself is refused', () => {
    expect(() => importText('model_list: &a [*a]\n')).toThrow(/aliases|nested/)
  })

  it.each([
    ['lists', `{"model_list":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['maps', `{"model_list":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`],
  ])('with %s in each other is refused in a sentence', (_name, text) => {
    expect(() => importText(text)).toThrow(/nested deeper than 64 levels/)
  })

  it('with more values than anybody writes is refused', () => {
    expect(() => importText(`model_list: [${'1,'.repeat(60_000)}1]`)).toThrow(/more than 50000 values/)
  })

  it('cannot make our file fill in a secret of the environment', () => {
    const address = `https://evil.example/$${'{OPENAI_API_KEY}'}`
    const { config, notes } = importText(deployment({ api_base: address }))
    expect(config).not.toContain('evil.example')
    expect(notes).toContainEqual(expect.objectContaining({ place: 'model_list[0].litellm_params.api_base' }))
    expect(importText(deployment({ model: `openai/$${'{HOME}'}` })).config).not.toContain('HOME')
  })

  it('cannot put a line of its own into our file', () => {
    const { config } = importText(
      deployment({ api_base: 'https://a.example/v1', api_version: '\ndemo: false' }, 'x\nlisten: { host: 0.0.0.0 }'),
    )
    expect(Object.keys(parse(config))).not.toContain('listen')
    expect(Object.keys(parse(config))).not.toContain('demo')
  })

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('may use the name %s as any other', (name) => {
    const { config } = importText(deployment({}, name))
    expect(parse(config).models[name]).toEqual({ target: 'openai/gpt-5-mini' })
    expect(unmapped(deployment({ model: `${name}/x` }))).toEqual(['model_list[0]'])
    expect(unmapped(`{"model_list": [], "${name}": {"a": 1}}`)).toEqual([`${name}.a`])
  })

  it('cannot reach a prototype', () => {
    expect(() => importText('{"model_list": [], "__proto__": {"polluted": true}}')).toThrow(/__proto__/)
    expect(unmapped(deployment({}, '__proto__'))).toEqual(['model_list[0]'])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it.each([
    ['model_list', { a: 1 }],
    ['model_list', 'text'],
    ['model_list', [1, null, 'x', [], {}]],
    ['model_list', [{ model_name: [], litellm_params: 7 }]],
    ['model_list', [{ model_name: 'a', litellm_params: { model: {}, api_key: [1] } }]],
    ['router_settings', [1]],
    ['router_settings', { fallbacks: { a: 1 }, model_group_alias: [1], timeout: 'soon' }],
    ['litellm_settings', { fallbacks: [1, { a: 2 }, { b: [{ c: 1 }] }] }],
    ['general_settings', { master_key: { a: 1 } }],
    ['environment_variables', [1]],
    ['credential_list', [{ credential_name: 1 }, 3]],
  ])('with another type in %s is told, not dropped and not thrown at', (key, value) => {
    const places = unmapped(
      JSON.stringify({ model_list: [], [key]: value }).replace('"model_list":[],"model_list"', '"model_list"'),
    )
    expect(places.length).toBeGreaterThan(0)
  })

  it('of any kind does not have its secrets in the result or the list', () => {
    const secret = 'sk-a-secret-of-the-file-0123456789'
    const files = [
      deployment({ api_key: secret, extra_headers: { authorization: secret } }),
      JSON.stringify({ general_settings: { master_key: secret }, environment_variables: { A: secret } }),
      JSON.stringify({ provider: 'openai', api_key: secret, metadata: { a: secret }, retry: secret }),
      JSON.stringify({ provider: 'vertex-ai', vertex_service_account_json: { private_key: secret } }),
      JSON.stringify({
        encryption_key: secret,
        config_store: {},
        providers: { openai: { keys: [{ value: secret }] } },
      }),
      JSON.stringify({ routers: {}, helicone: { 'api-key': secret } }),
    ]
    for (const file of files) expect(JSON.stringify(importText(file))).not.toContain(secret)
  })

  it('cannot send a credential to a cloud’s metadata service', () => {
    expect(unmapped(deployment({ api_base: 'http://169.254.169.254/v1' })).length).toBeGreaterThan(0)
    expect(importText(deployment({ api_base: 'http://169.254.169.254/v1' })).config).not.toContain('169.254')
  })
})
