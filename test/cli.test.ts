import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { commandLine, type Ended } from './support/command-line.ts'

const commands = ['start', 'config', 'keys', 'calls', 'routes', 'providers', 'models', 'catalog', 'doctor', 'import']
const token = 'admin-token-of-the-cli-0123456789abcdef'
const teamKey = 'pk-of-the-cli-0123456789abcdef'

let directory: string
let dataDirectory: string
let gateway: ChildGateway
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-cli-'))
  dataDirectory = join(directory, 'data')
  const environment = { PORTCULLIS_ADMIN_TOKEN: token, PORTCULLIS_KEY: teamKey }
  const fallback = [{ target: 'demo/error-503' }, { target: 'demo/echo' }]
  const config = { models: { safe: { route: 'two' } }, routes: { two: { fallback } } }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
  gateway = await startChildGateway({ dataDirectory, environment })
})
afterAll(async () => {
  close()
  gateway.process.kill('SIGTERM')
  await gateway.exited
  await rm(directory, { recursive: true, force: true })
})

const { launch, close } = commandLine(() => directory, { PORTCULLIS_ADMIN_TOKEN: token })
const cli = (...args: string[]): Promise<Ended> => launch(args).ended
const control = (...args: string[]): Promise<Ended> => cli(...args, '--url', gateway.controlUrl)

function ask(content: string, { key = teamKey, model = 'demo/echo' } = {}): Promise<WireReply> {
  const body = { model, messages: [{ role: 'user', content }] }
  return post(`${gateway.url}/v1/chat/completions`, body, { headers: { authorization: `Bearer ${key}` } })
}

/** Follows the calls of the gateway until the command has printed the one of this reply. */
async function recorded(make: () => Promise<WireReply>, ...args: string[]): Promise<Ended & { readonly id: string }> {
  const following = launch(['calls', '--follow', '--data', dataDirectory, ...args])
  await following.prints('STARTED')
  const id = String((await make()).headers['x-portcullis-call-id'])
  await following.prints(id)
  following.child.kill('SIGINT')
  return { ...(await following.ended), id }
}

/** One line that ends as a sentence does, without a stack trace. */
const sentence = /^[A-Z][^\n]*[.?]\n$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacter = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

describe.concurrent('help', () => {
  it('names every command, with and without arguments', async () => {
    const [bare, long, short] = await Promise.all([cli(), cli('--help'), cli('-h')])
    for (const name of commands) expect(long.stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
    expect(bare).toEqual(long)
    expect(short).toEqual(long)
    expect(long).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(commands)('of %s says how it is used', async (name) => {
    const { code, stdout, stderr } = await cli(name, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: portcullis ${name}\\b`))
  })

  it('is given for a command named after it too', async () => {
    const [help, same, unknown] = await Promise.all([cli('help', 'keys'), cli('keys', '--help'), cli('help', 'kyes')])
    expect(help).toEqual(same)
    expect(unknown).toMatchObject({ code: 2, stderr: 'There is no command "kyes"; did you mean "keys"?\n' })
  })

  it('is not the version, which is the one of the package', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'))
    expect(await cli('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe.concurrent('wrong arguments', () => {
  it.each([
    [['strat'], 'There is no command "strat"; did you mean "start"?'],
    [['xylophone'], 'There is no command "xylophone". See portcullis --help.'],
    [['constructor'], 'There is no command "constructor". See portcullis --help.'],
    [['--versio'], 'There is no option --versio; did you mean --version?'],
    [['providers', 'extra'], 'There is an argument too many: "extra".'],
    [['calls', '--limit'], '--limit needs a value; write --limit=… for one that begins with a dash.'],
    [['calls', '--status', 'many'], '`status` is a status (`404`), a class (`4xx`), `ok` or `error`.'],
    [['keys', 'create', 'bad id!'], expect.stringMatching(/^The id takes letters, digits, dots/)],
    [['models', '--provider', 'opnai'], expect.stringMatching(/^There is no provider "opnai"; there are /)],
    [['calls', '--folow'], 'There is no option --folow; did you mean --follow?'],
    [['start', '--prot', '1'], 'There is no option --prot; did you mean --port?'],
    [['providers', '--xylophone'], 'There is no option --xylophone.'],
    [['start', '--port', 'many'], '--port is a whole number from 0 to 65535.'],
    [['start', '--port', ''], '--port is a whole number from 0 to 65535.'],
    [['start', '--port', '0x50'], '--port is a whole number from 0 to 65535.'],
    [['start', '--host', ''], '--host needs an address, such as 127.0.0.1.'],
    [['start', '--workers', '0'], '--workers is a whole number from 1 to 128.'],
    [
      ['calls', '--config', 'a.yaml'],
      "There is no option --config here, as no configuration is read; --data names a gateway's directory.",
    ],
    [['providers', '--config=a.yaml'], 'There is no option --config here, as no configuration is read.'],
    [['config', 'check', 'a.yaml', '--config', 'b.yaml'], 'Name the file once, with --config or without.'],
    [['config', 'chekc'], 'Use: portcullis config check [file], config diff [file], or config schema.'],
    [['keys'], 'Use: portcullis keys list, create, revoke or pair.'],
    [['keys', 'create'], 'Name the key: portcullis keys create <id>.'],
    [['keys', 'revoke'], 'Name the key: portcullis keys revoke <id>.'],
    [['keys', 'pair'], 'Name the key: portcullis keys pair <id>.'],
    [['calls', 'show'], 'Name the call: portcullis calls show <id>.'],
    [['calls', '--url', 'localhost:8788'], 'Write --url http://localhost:8788.'],
    [['keys', 'list', '--url', '127.0.0.1:8788'], 'Write --url http://127.0.0.1:8788.'],
    [['keys', 'list', '--url', ''], 'Write --url http://127.0.0.1:8788.'],
  ])('%j exit with 2 and one sentence', async (args, message) => {
    const { stderr, ...ended } = await cli(...args)
    expect(ended).toEqual({ code: 2, signal: null, stdout: '' })
    expect(stderr.trimEnd()).toEqual(message)
    expect(stderr).toMatch(/^[^\n]+\n$/)
  })
})

describe.concurrent('config', () => {
  const check = async (name: string, text: string): Promise<Ended> => {
    await writeFile(join(directory, name), text)
    return await cli('config', 'check', name)
  }

  it('check says that a good file is valid', async () => {
    const text = 'providers: [{ id: own, provider: openai, apiKey: sk }]\nkeys: [{ id: a }, { id: b }]\n'
    const stdout = 'good.yaml is valid: 1 provider account, 2 keys.\n'
    expect(await check('good.yaml', text)).toMatchObject({ code: 0, stdout, stderr: '' })
  })

  it('check takes the file as other commands do, too', async () => {
    await writeFile(join(directory, 'named.yaml'), 'nope: 1\n')
    const ended = await cli('config', 'check', '--config', 'named.yaml')
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
    expect(JSON.parse((await cli('config', 'check', 'bare.yaml', '--json')).stdout)).toMatchObject({
      valid: true,
      faults: [],
      warnings: warnings.map(([line, message]) => ({ line, column: 5, message })),
    })
  })

  it('check says every fault of a bad file with its place', async () => {
    const found = await check('bad.yaml', 'demo: true\nprovders: []\nlisten:\n  port: "8787"\n')
    expect(found).toMatchObject({ code: 1, stdout: '' })
    const [first, second, ...rest] = found.stderr.split('\n')
    expect(first).toBe('bad.yaml:2:1 Unknown key `provders`; did you mean `providers`?')
    expect(second).toMatch(/^bad\.yaml:4:3 `listen\.port` must be a number\.$/)
    expect(rest).toEqual([''])
  })

  it('check says the same as JSON, for editors and pipelines', async () => {
    await writeFile(join(directory, 'machine.yaml'), 'keys: [{ id: a }]\nnope: 1\n')
    const bad = await cli('config', 'check', 'machine.yaml', '--json')
    expect(bad).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(bad.stdout)).toEqual({
      file: 'machine.yaml',
      valid: false,
      faults: [{ line: 2, column: 1, message: 'Unknown key `nope`.' }],
    })
    await writeFile(join(directory, 'machine-2.yaml'), 'keys: [{ id: a }]\n')
    const good = await cli('config', 'check', 'machine-2.yaml', '--json')
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
    expect(JSON.parse((await cli('config', 'check', file, '--json')).stdout)).toEqual({
      file,
      valid: false,
      faults: [{ line: 1, column: 1, message }],
    })
    const [doctor, started] = await Promise.all([
      cli('doctor', '--config', file),
      cli('start', '--config', file, '--data', join(directory, 'data-of-others')),
    ])
    for (const ended of [doctor, started]) expect(ended).toMatchObject({ code: 1, stdout: '', stderr })
  })

  it('check takes no file of ours for one of others', async () => {
    const ended = await check('ours.yaml', 'provider: openai\nkeys: [{ id: a }]\n')
    expect(ended.stderr).toBe('ours.yaml:1:1 Unknown key `provider`; did you mean `providers`?\n')
  })

  it('check says when there is no file, or none that can be read', async () => {
    await writeFile(join(directory, 'utf-16.yaml'), Buffer.from('fffe64006500', 'hex'))
    const stderr = ['There is no file none.yaml.', '. is a directory; name the file in it.']
    stderr.push('The file utf-16.yaml is not UTF-8 text; save it as UTF-8.')
    for (const [index, file] of ['none.yaml', '.', 'utf-16.yaml'].entries())
      expect(await cli('config', 'check', file)).toMatchObject({ code: 1, stdout: '', stderr: `${stderr[index]}\n` })
  })

  it('schema prints a JSON Schema', async () => {
    const { code, stdout } = await cli('config', 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ title: 'portcullis.yaml', type: 'object', additionalProperties: false })
  })
})

describe.concurrent('keys', () => {
  it('are made, shown once, work at once, and stop working when they are revoked', async () => {
    const made = await control('keys', 'create', 'fresh', '--models', 'demo/*')
    expect(made).toMatchObject({ code: 0, stderr: 'This is the only time that the key is shown.\n' })
    const key = made.stdout.trim()
    expect(key).toMatch(/^pcl_\S{40,}$/)
    expect((await ask('Hello', { key })).json.choices[0].message.content).toBe('[demo] Hello')

    const [list, revoked] = [await control('keys', 'list'), await control('keys', 'revoke', 'fresh')]
    expect(list.stdout).toMatch(/^fresh +default +demo\/\* +api +\S+$/m)
    expect(list.stdout).not.toContain(key)
    expect(revoked).toMatchObject({ code: 0, stdout: 'The key "fresh" is revoked.\n', stderr: '' })
    expect((await ask('Hello', { key })).status).toBe(401)
    expect((await control('keys', 'list')).stdout).toMatch(/^fresh +default +demo\/\* +api +\S+ +\S+$/m)
  })

  it('cannot be made twice, nor revoked when there are none', async () => {
    expect((await control('keys', 'create', 'twice')).code).toBe(0)
    for (const again of [await control('keys', 'create', 'twice'), await control('keys', 'revoke', 'nobody')]) {
      expect(again).toMatchObject({ code: 1, stdout: '' })
      expect(again.stderr).toMatch(sentence)
    }
  })

  it('made or revoked in the data directory work or stop working beside the running gateway, within about a second', async () => {
    const { stdout, code } = await cli('keys', 'create', 'beside', '--data', dataDirectory)
    const key = stdout.trim()
    expect(code).toBe(0)
    while ((await ask('Hello', { key })).status !== 200);
    expect(await cli('keys', 'revoke', 'beside', '--data', dataDirectory)).toMatchObject({ code: 0 })
    while ((await ask('Hello', { key })).status !== 401);
    expect((await ask('Hello', { key })).json.error.code).toBe('revoked_key')
  })

  it('of the file and of the environment are listed from the data directory, and it is told where they stand', async () => {
    const config = {
      keys: [
        { id: 'given', key: 'pk-given-0123456789abcdef', workspace: 'w', models: ['demo/*'] },
        { id: 'made', models: ['safe'] },
      ],
    }
    await writeFile(join(directory, 'keys.yaml'), JSON.stringify(config))
    const args = ['--config', 'keys.yaml', '--data', dataDirectory]
    const environment = { PORTCULLIS_KEY: teamKey }
    const { stdout } = await launch(['keys', 'list', ...args], environment).ended
    expect(stdout).toMatch(/^given +w +demo\/\* +file$/m)
    expect(stdout).toMatch(/^environment +default +\* +environment$/m)
    expect(stdout).not.toContain(config.keys[0]?.key)
    expect(await cli('keys', 'revoke', 'given', ...args)).toMatchObject({
      code: 1,
      stderr: 'The key "given" stands in keys.yaml; take it out there.\n',
    })
    expect(await launch(['keys', 'revoke', 'environment', ...args], environment).ended).toMatchObject({
      code: 1,
      stderr: 'The key "environment" is that of PORTCULLIS_KEY; start without it, or with another.\n',
    })
  })

  it('are listed all the same beside a file that is not valid', async () => {
    await writeFile(join(directory, 'faulty.yaml'), 'nope: 1\n')
    await control('keys', 'create', 'still')
    const listed = await cli('keys', 'list', '--config', 'faulty.yaml', '--data', dataDirectory)
    expect(listed.stdout).toMatch(/^still +default/m)
    expect(listed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('What the file says does not count here.'),
    })
  })

  it('that name models which are not there are made with a warning', async () => {
    const models = 'nosuch,safe,demo/*,opnai/*,gpt-*'
    const made = await cli('keys', 'create', 'far', '--models', models, '--data', dataDirectory)
    const through = await control('keys', 'create', 'far-through', '--models', models)
    expect({ ...through, stdout: '' }).toEqual({ ...made, stdout: '' })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pcl_/) })
    expect(made.stderr).toBe(
      [
        'Warning: No configured provider lists the model "nosuch".',
        'Warning: There is no provider account and no provider "opnai". Did you mean "openai"?',
        'Warning: No model matches "gpt-*".',
        'This is the only time that the key is shown.',
        '',
      ].join('\n'),
    )
  })

  it('are shown as the pairs that AWS SDKs sign with, the same beside a gateway and through it', async () => {
    await control('keys', 'create', 'signing')
    const through = await control('keys', 'pair', 'signing')
    expect(through.stdout).toMatch(/^AWS_ACCESS_KEY_ID=PCLK[0-9A-F]{20}\nAWS_SECRET_ACCESS_KEY=[\w-]{43}\n$/)
    expect(await cli('keys', 'pair', 'signing', '--data', dataDirectory)).toEqual(through)
    for (const unknown of [
      await control('keys', 'pair', 'nobody'),
      await cli('keys', 'pair', 'nobody', '--data', dataDirectory),
    ])
      expect(unknown).toMatchObject({ code: 1, stdout: '' })
  })

  it('are listed from the data directory too, beside the running gateway', async () => {
    await control('keys', 'create', 'stored')
    const { code, stdout } = await cli('keys', 'list', '--data', dataDirectory)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^stored +default +\* +api/m)
  })
})

describe.concurrent('the catalogue', () => {
  it('lists providers and models', async () => {
    const [providers, models] = await Promise.all([
      cli('providers'),
      cli('models', 'SONNET', '--provider', 'anthropic'),
    ])
    expect(providers.code).toBe(0)
    expect(providers.stdout).toMatch(/^openai +openai-chat +OPENAI_API_KEY +https:\/\/api\.openai\.com/m)
    expect(models.code).toBe(0)
    const [head, ...rows] = models.stdout.trimEnd().split('\n')
    expect(head).toMatch(/^MODEL +CONTEXT TOKENS +INPUT USD\/M +OUTPUT USD\/M$/)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatch(/^anthropic\/\S*sonnet\S* +\d+ +\S+ +\S+$/)
  })
})

describe.concurrent('calls', () => {
  it('are printed while they are made, then listed and shown, from the record and from the gateway', async () => {
    const { id, stdout, signal } = await recorded(() => ask('Who goes there?'))
    expect(signal).toBe('SIGINT')
    expect(stdout.split(id)).toHaveLength(2)
    for (const source of [
      ['--data', dataDirectory],
      ['--url', gateway.controlUrl],
    ]) {
      const [list, show, json] = await Promise.all([
        cli('calls', ...source),
        cli('calls', 'show', id, ...source),
        cli('calls', '--json', '--limit', '200', ...source),
      ])
      expect(list.stdout).toMatch(new RegExp(`^\\S+ +${id} +environment +demo/echo +200 `, 'm'))
      expect(show.stdout).toMatch(new RegExp(`^id +${id}$`, 'm'))
      expect(show.stdout).toMatch(/INPUT.*Who goes there\?.*OUTPUT.*\[demo\] Who goes there\?/s)
      const lines = json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.find((call) => call.id === id)).toMatchObject({ status: 200, requestedModel: 'demo/echo' })
    }
  })

  it('are followed from the last ones on, oldest first, in columns that stay', async () => {
    const ids: string[] = []
    for (const content of ['one', 'two']) ids.push(String((await ask(content)).headers['x-portcullis-call-id']))
    while (!(await cli('calls', '--data', dataDirectory)).stdout.includes(ids[1] ?? ''));
    const { id, stdout } = await recorded(() => ask('three'))
    const lines = stdout.trimEnd().split('\n')
    const at = (wanted: string | undefined): number => lines.findIndex((line) => line.includes(wanted ?? ''))
    expect(lines.length).toBeGreaterThan(2)
    expect(at(ids[0])).toBeLessThan(at(ids[1]))
    expect(at(ids[1])).toBeLessThan(at(id))
    const column = lines[0]?.indexOf('STATUS') ?? 0
    for (const wanted of [...ids, id]) expect(lines[at(wanted)]?.slice(column, column + 4)).toBe('200 ')
    expect(lines.slice(1, at(id)).length).toBeLessThanOrEqual(12)
  })

  it('that reached no provider have no price, which is not an unknown one', async () => {
    const { stdout, id } = await recorded(() => ask('Hello', { model: 'nobody/x' }))
    expect(stdout).toMatch(new RegExp(`${id} .* nobody/x +404 +– `))
  })

  it('through an alias show both names; the attempts are a table', async () => {
    const { stdout, id } = await recorded(() => ask('Hello', { model: 'safe' }))
    expect(stdout).toMatch(/ safe → demo\/echo +200 /)
    const show = await cli('calls', 'show', id, '--data', dataDirectory)
    expect(show.stdout).toMatch(
      /^ATTEMPTS\nTARGET +STATUS +MS +ERROR\ndemo\/error-503 +503 +\d+\.\d +upstream_overloaded\ndemo\/echo +200 +\d+\.\d\n/m,
    )
    expect(show.stdout).toMatch(/^durationMs +\d+\.\d$/m)
    expect(show.stdout).not.toMatch(/^attempts/m)
  })

  it('of a name that is no provider are none, and it is told where a name of an account goes', async () => {
    await recorded(() => ask('Hello'))
    const [wrong, known, account] = await Promise.all([
      cli('calls', '--provider', 'gate', '--data', dataDirectory),
      cli('calls', '--provider', 'openai', '--data', dataDirectory),
      cli('calls', '--account', 'demo', '--limit', '1', '--data', dataDirectory),
    ])
    expect([wrong.code, wrong.stderr]).toEqual([
      0,
      'There is no provider "gate"; calls of an account are found with --account gate.\n',
    ])
    expect([known.code, known.stderr]).toEqual([0, ''])
    expect(account.stdout).toContain(' 200 ')
  })

  it('are filtered', async () => {
    const { id } = await recorded(() => ask('Hello', { model: 'demo/error-503' }))
    const [failed, fine] = await Promise.all([
      cli('calls', '--status', '5xx', '--data', dataDirectory),
      cli('calls', '--status', 'ok', '--data', dataDirectory),
    ])
    expect(failed.stdout).toContain(id)
    expect(fine.stdout).not.toContain(id)
  })

  it('that are not there are said to be so in one sentence', async () => {
    const missing = await Promise.all([
      cli('calls', 'show', 'none', '--data', dataDirectory),
      control('calls', 'show', 'none'),
      cli('calls', '--data', 'elsewhere'),
      cli('calls', '--status', 'many', '--data', dataDirectory),
    ])
    for (const { code, stdout, stderr } of missing) {
      expect(code).toBeGreaterThan(0)
      expect(stdout).toBe('')
      expect(stderr).toMatch(/^\S[^\n]*\.\n$/)
    }
  })

  it.each(['demo/\u001b[31mred', 'demo/\u001b]0;title\u0007', 'demo/\u009b31m\u007fred'])(
    'never give the terminal a command: %j',
    async (model) => {
      const followed = await recorded(() => ask(`${model} says hello`, { model }))
      const echoed = await recorded(() => ask(`${model} says hello`))
      const shown = [followed, echoed]
      for (const { id } of [followed, echoed])
        shown.push({ ...(await cli('calls', 'show', id, '--data', dataDirectory)), id })
      const json = await cli('calls', '--json', '--data', dataDirectory)
      expect(JSON.parse(json.stdout.split('\n').find((line) => line.includes(followed.id)) ?? '')).toMatchObject({
        requestedModel: model,
      })
      shown.push({ ...json, id: followed.id })
      for (const { stdout, id } of shown) {
        expect(stdout).toContain(id)
        expect(stdout).not.toMatch(controlCharacter)
      }
    },
  )
})

describe.concurrent('a reader that leaves early, as `head` does', () => {
  /** Closes one of the streams before anything was written to it. */
  const cutOff = (args: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') => {
    const running = launch(args)
    running.child[stream]?.destroy()
    return running
  }

  it('of a list ends nothing but the list', async () => {
    expect(await cutOff(['models']).ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('does not hide what a command found', async () => {
    await writeFile(join(directory, 'unread.yaml'), 'nope: 1\n')
    expect(await cutOff(['config', 'check', 'unread.yaml', '--json']).ended).toMatchObject({ code: 1, stderr: '' })
    expect(await cutOff(['config', 'check', 'unread.yaml'], 'stderr').ended).toMatchObject({ code: 1, signal: null })
  })

  it('of calls that are followed ends the command', async () => {
    await ask('Hello')
    expect(await cutOff(['calls', '--follow', '--data', dataDirectory]).ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('does not end a gateway', async () => {
    const { url, process: started, exited } = await startChildGateway({ dataDirectory: join(directory, 'unread') })
    for (const stream of [started.stdout, started.stderr]) stream?.destroy()
    started.kill('SIGHUP')
    expect((await post(`${url}/healthz`, undefined, { method: 'GET' })).status).toBe(200)
    started.kill('SIGTERM')
    expect(await exited).toBe(0)
  })
})

describe.concurrent('a gateway that cannot be asked', () => {
  it('because the URL is that of the data plane is told with the right one', async () => {
    const { code, stderr } = await cli('keys', 'list', '--url', gateway.url)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is no control plane') })
  })

  const requests = [['keys', 'list'], ['keys', 'create', 'never'], ['calls']]

  it('because the token is wrong or missing is told in one sentence', async () => {
    for (const request of requests) {
      const args = [...request, '--url', gateway.controlUrl]
      const wrong = await launch(args, { PORTCULLIS_ADMIN_TOKEN: 'not-the-token-0123456789abcdef' }).ended
      expect(wrong).toMatchObject({ code: 1, stdout: '' })
      expect(wrong.stderr).toMatch(sentence)
      expect(wrong.stderr).toMatch(/token/i)
      expect(wrong.stderr).not.toContain('not-the-token')
      const stderr = 'Set PORTCULLIS_ADMIN_TOKEN to ask a running gateway.\n'
      expect(await launch(args, { PORTCULLIS_ADMIN_TOKEN: '' }).ended).toMatchObject({ code: 2, stdout: '', stderr })
    }
  })

  it('because it is not running is told with what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    await new Promise((resolve) => server.close(resolve))
    const stderr = `No gateway answers at ${url}; start one, or name its control plane with --url.\n`
    for (const request of requests)
      expect(await cli(...request, '--url', url)).toMatchObject({ code: 1, stdout: '', stderr })
  })

  it('because there is no data directory is told with what to do', async () => {
    const stderr = "There is no gateway's data in ./data-of-nobody; name its directory with --data.\n"
    expect(await cli('keys', 'list', '--data', './data-of-nobody')).toMatchObject({ code: 1, stdout: '', stderr })
  })
})
