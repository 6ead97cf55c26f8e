import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed } from './support/cli-bed.ts'
import type { Ended } from './support/command-line.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe.concurrent('config', () => {
  const check = async (name: string, text: string): Promise<Ended> => {
    await writeFile(join(bed.directory, name), text)
    return await bed.cli('config', 'check', name)
  }

  it('check says that a good file is valid', async () => {
    const text = 'providers: [{ id: own, provider: openai, apiKey: sk }]\nkeys: [{ id: a }, { id: b }]\n'
    const stdout = 'good.yaml is valid: 1 provider account, 2 keys.\n'
    expect(await check('good.yaml', text)).toMatchObject({ code: 0, stdout, stderr: '' })
  })

  it('check says which preset is for whom, and warns of one that is for nobody', async () => {
    const text = [
      'workspaces: [{ id: payments }]',
      'keys: [{ id: ci, workspace: lab }]',
      'inspection:',
      '  presets:',
      '    - { preset: off, workspaces: [lab], keys: [ci, cj] }',
      '    - { preset: strict, workspaces: [payments, paymnts] }',
      '    - { preset: balanced, workspaces: [payments] }',
      '',
    ].join('\n')
    const stdout = [
      'presets.yaml is valid: 0 provider accounts, 1 key.',
      '  preset off: for the keys ci, cj in the workspace lab',
      '  preset strict: for the workspaces payments, paymnts',
      '  preset balanced: for the workspace payments',
      '  preset observe: for all others',
      '',
    ].join('\n')
    const stderr = [
      'presets.yaml:5:41 warning: The preset `off` names the key `cj`, which is not in this file; did you mean `ci`?',
      'presets.yaml:6:25 warning: The preset `strict` names the workspace `paymnts`, which is not in this file; did you mean `payments`?',
      'presets.yaml:7:7 warning: `inspection.presets[2]` is for nobody: `inspection.presets[1]` names the same callers.',
      '',
    ].join('\n')
    expect(await check('presets.yaml', text)).toMatchObject({ code: 0, stdout, stderr })
  })

  it('check warns of limits of images that are for nobody', async () => {
    const text = [
      'workspaces: [{ id: payments }]',
      'inspection:',
      '  images:',
      '    callers:',
      '      - { workspaces: [payments, paymnts], max: 1 }',
      '      - { workspaces: [payments] }',
      '      - { max: 1 }',
      '',
    ].join('\n')
    const { code, stderr } = await check('images.yaml', text)
    expect([code, stderr]).toEqual([1, expect.stringContaining('names `workspaces`, `keys` or both')])
    const warned = await check('images.yaml', text.replace('      - { max: 1 }\n', ''))
    expect(warned).toMatchObject({
      code: 0,
      stderr: [
        'images.yaml:5:11 warning: The entry 0 of `inspection.images.callers` names the workspace `paymnts`, which is not in this file; did you mean `payments`?',
        'images.yaml:6:9 warning: `inspection.images.callers[1]` is for nobody: `inspection.images.callers[0]` names the same callers.',
        '',
      ].join('\n'),
    })
  })

  it('gives the terminal no command that a name holds, wherever it is printed', async () => {
    const ended = await check('a\u001b[31m.yaml', 'demo: true\n')
    expect(ended).toMatchObject({ code: 0, stdout: 'a\ufffd[31m.yaml is valid: 0 provider accounts, 0 keys.\n' })
  })

  it('check takes the file as other commands do, too', async () => {
    await writeFile(join(bed.directory, 'named.yaml'), 'nope: 1\n')
    const ended = await bed.cli('config', 'check', '--config', 'named.yaml')
    expect(ended).toMatchObject({ code: 1, stderr: 'named.yaml:1:1 Unknown key `nope`.\n' })
  })

  it('check warns of an account without a credential, which is valid all the same', async () => {
    const text = [
      'providers:',
      '  - { id: bare, provider: openai }',
      '  - { id: elsewhere, provider: openai, baseUrl: "https://openai.example/v1" }',
      '  - { id: vertex, provider: vertex-ai, options: { project: p, credentialsFile: /run/secrets/vertex.json } }',
      '  - { id: free, provider: ollama }',
      '  - { id: own, provider: openai, apiKey: sk }',
      '',
    ].join('\n')
    const warnings = [
      [2, 'The account `bare` has no credential: set OPENAI_API_KEY, or give it `apiKey`.'],
      [
        3,
        'The account `elsewhere` has no credential: give it `apiKey`; that of a variable goes to no address of the file.',
      ],
    ] as const
    expect(await check('bare.yaml', text)).toMatchObject({
      code: 0,
      stdout: 'bare.yaml is valid: 5 provider accounts, 0 keys.\n',
      stderr: warnings.map(([line, message]) => `bare.yaml:${line}:5 warning: ${message}\n`).join(''),
    })
    expect(JSON.parse((await bed.cli('config', 'check', 'bare.yaml', '--json')).stdout)).toMatchObject({
      valid: true,
      faults: [],
      warnings: warnings.map(([line, message]) => ({ line, column: 5, message })),
    })
  })

  it('check warns of what a key may use and nothing serves, unless a server is asked itself what it has', async () => {
    const text = (provider: string): string =>
      [
        'providers: [{ id: main, provider: openai, apiKey: sk }, { id: other, provider: anthropic, apiKey: sk }]',
        'models: { fast: { target: main/gpt-5-mini } }',
        'keys:',
        "  - { id: a, models: ['fats', 'demo/*', 'mian/*', 'gpt-5-mini'] }",
        "  - { id: b, models: ['fats', 'fast'] }",
        '',
      ]
        .join('\n')
        .replace('}]', `}${provider}]`)
    const found = await check('patterns.yaml', text(''))
    expect(found.code).toBe(0)
    expect(found.stderr.trimEnd().split('\n')).toEqual([
      'patterns.yaml:4:23 warning: No configured provider lists the model "fats". Did you mean "fast"?',
      'patterns.yaml:4:41 warning: There is no provider account and no provider "mian". Did you mean "main"?',
    ])
    expect((await check('asked.yaml', text(', { id: box, provider: vllm }'))).stderr).toBe('')
  })

  it('check warns of accounts, regions and endpoints that a key is bound to and that are not there', async () => {
    const text = [
      'providers: [{ id: main, provider: openai, apiKey: sk, dataRegion: eu }]',
      'keys:',
      "  - { id: a, providers: ['mian', 'opnai', 'main', 'anthropic', 'no-such-thing', 'ma*', 'qq*'] }",
      "  - { id: b, endpoints: ['/v1/embedings', '/openai/v1/messages', '/v1/files/*', '/v1/responses/{id}', '/p/*'] }",
      "  - { id: c, endpoints: ['/p/mian', '/v1beta/*', '*'], dataRegions: [eu, eus] }",
      '',
    ].join('\n')
    const found = await check('bound.yaml', text)
    expect(found.code).toBe(0)
    expect(found.stderr.trimEnd().split('\n')).toEqual([
      'bound.yaml:3:26 warning: There is no provider account and no provider "mian". Did you mean "main"?',
      'bound.yaml:3:34 warning: There is no provider account and no provider "opnai". Did you mean "openai"?',
      'bound.yaml:3:64 warning: There is no provider account and no provider "no-such-thing".',
      'bound.yaml:3:88 warning: There is no provider account and no provider "qq*".',
      'bound.yaml:4:26 warning: There is no endpoint "/v1/embedings". Did you mean "/v1/embeddings"?',
      'bound.yaml:4:43 warning: There is no endpoint "/openai/v1/messages". Did you mean "/v1/messages"?',
      'bound.yaml:5:26 warning: There is no endpoint "/p/mian". Did you mean "/p/main"?',
      'bound.yaml:5:74 warning: No provider account is in the data region "eus". Did you mean "eu"?',
    ])
  })

  it('check says every fault of a bad file with its place', async () => {
    const found = await check('bad.yaml', 'demo: true\nprovders: []\nlisten:\n  port: "8787"\n')
    expect(found).toMatchObject({ code: 1, stdout: '' })
    const [first, second, ...rest] = found.stderr.split('\n')
    expect(first).toBe('bad.yaml:2:1 Unknown key `provders`; did you mean `providers`?')
    expect(second).toMatch(/^bad\.yaml:4:3 `listen\.port` must be a number\.$/)
    expect(rest).toEqual([''])
  })

  it('check takes several files, as hooks of a repository give them', async () => {
    await writeFile(join(bed.directory, 'one.yaml'), 'keys: [{ id: a }]\n')
    await writeFile(join(bed.directory, 'two.yaml'), 'nope: 1\n')
    expect(await bed.cli('config', 'check', 'two.yaml', 'one.yaml')).toMatchObject({
      code: 1,
      stdout: 'one.yaml is valid: 0 provider accounts, 1 key.\n',
      stderr: 'two.yaml:1:1 Unknown key `nope`.\n',
    })
  })

  it('check says the same as JSON, for editors and pipelines', async () => {
    await writeFile(join(bed.directory, 'machine.yaml'), 'keys: [{ id: a }]\nnope: 1\n')
    const bad = await bed.cli('config', 'check', 'machine.yaml', '--json')
    expect(bad).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(bad.stdout)).toEqual({
      file: 'machine.yaml',
      valid: false,
      faults: [{ line: 2, column: 1, message: 'Unknown key `nope`.', key: 'nope' }],
    })
    await writeFile(join(bed.directory, 'machine-2.yaml'), 'keys: [{ id: a }]\n')
    const good = await bed.cli('config', 'check', 'machine-2.yaml', '--json')
    expect({ ...good, stdout: JSON.parse(good.stdout) }).toMatchObject({
      code: 0,
      stdout: { valid: true, faults: [], accounts: [], keys: 1 },
    })
  })

  it.each([
    ['LiteLLM', 'model_list: [{ model_name: a }]\ngeneral_settings: {}\n'],
    ['Portkey', '{ "strategy": { "mode": "single" }, "targets": [], "cache": { "mode": "simple" } }'],
    ['Bifrost', '{ "providers": { "openai": { "keys": [] } } }'],
    ['Helicone', 'routers: {}\nproviders: { openai: {} }\n'],
  ])('of %s is told to be one, by each command that reads it', async (title, text) => {
    const file = `of-${title}.yaml`
    const message = `This is a file of ${title}; \`portcullis import ${file}\` makes a configuration of it.`
    const stderr = `${file}:1:1 ${message}\n`
    expect(await check(file, text)).toMatchObject({ code: 1, stdout: '', stderr })
    expect(JSON.parse((await bed.cli('config', 'check', file, '--json')).stdout)).toEqual({
      file,
      valid: false,
      faults: [{ line: 1, column: 1, message }],
    })
    const [doctor, started] = await Promise.all([
      bed.cli('doctor', '--config', file),
      bed.cli('start', '--config', file, '--data', join(bed.directory, 'data-of-others')),
    ])
    for (const ended of [doctor, started]) expect(ended).toMatchObject({ code: 1, stdout: '', stderr })
  })

  it('check takes no file of ours for one of others', async () => {
    const ended = await check('ours.yaml', 'provider: openai\nkeys: [{ id: a }]\n')
    expect(ended.stderr).toBe('ours.yaml:1:1 Unknown key `provider`; did you mean `providers`?\n')
  })

  it('check says when there is no file, or none that can be read', async () => {
    await writeFile(join(bed.directory, 'utf-16.yaml'), Buffer.from('fffe64006500', 'hex'))
    const stderr = ['There is no file none.yaml.', '. is a directory; name the file in it.']
    stderr.push('The file utf-16.yaml is not UTF-8 text; save it as UTF-8.')
    for (const [index, file] of ['none.yaml', '.', 'utf-16.yaml'].entries())
      expect(await bed.cli('config', 'check', file)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: `${stderr[index]}\n`,
      })
  })

  it('schema prints a JSON Schema', async () => {
    const { code, stdout } = await bed.cli('config', 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ title: 'portcullis.yaml', type: 'object', additionalProperties: false })
  })
})
