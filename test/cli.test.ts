import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChildGateway } from './support/child-gateway.ts'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { post } from './support/client.ts'

const commands = [
  'start',
  'config',
  'keys',
  'calls',
  'providers',
  'models',
  'catalog',
  'doctor',
  'import',
  'routes',
  'cache',
]

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe.concurrent('help', () => {
  it('names every command, with and without arguments', async () => {
    const [bare, long, short] = await Promise.all([bed.cli(), bed.cli('--help'), bed.cli('-h')])
    for (const name of commands) expect(long.stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
    expect(bare).toEqual(long)
    expect(short).toEqual(long)
    expect(long).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(commands)('of %s says how it is used', async (name) => {
    const { code, stdout, stderr } = await bed.cli(name, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: portcullis ${name}\\b`))
  })

  it('is given for a command named after it too', async () => {
    const [help, same, unknown] = await Promise.all([
      bed.cli('help', 'keys'),
      bed.cli('keys', '--help'),
      bed.cli('help', 'kyes'),
    ])
    expect(help).toEqual(same)
    expect(unknown).toMatchObject({ code: 2, stderr: 'There is no command "kyes"; did you mean "keys"?\n' })
  })

  it('is not the version, which is the one of the package', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'))
    expect(await bed.cli('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
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
    [['config', 'chekc'], 'Use: portcullis config check [file ...], config diff [file], or config schema.'],
    [['keys'], 'Use: portcullis keys list, show, create, change, rotate, revoke or pair.'],
    [['keys', 'create'], 'Name the key: portcullis keys create <id>.'],
    [['keys', 'revoke'], 'Name the key: portcullis keys revoke <id>.'],
    [['keys', 'pair'], 'Name the key: portcullis keys pair <id>.'],
    [['calls', 'show'], 'Name the call: portcullis calls show <id>.'],
    [['calls', '--url', 'localhost:8788'], 'Write --url http://localhost:8788.'],
    [['keys', 'list', '--url', '127.0.0.1:8788'], 'Write --url http://127.0.0.1:8788.'],
    [['keys', 'list', '--url', ''], 'Write --url http://127.0.0.1:8788.'],
  ])('%j exit with 2 and one sentence', async (args, message) => {
    const { stderr, ...ended } = await bed.cli(...args)
    expect(ended).toEqual({ code: 2, signal: null, stdout: '' })
    expect(stderr.trimEnd()).toEqual(message)
    expect(stderr).toMatch(/^[^\n]+\n$/)
  })
})

describe.concurrent('the catalogue', () => {
  it('lists providers and models', async () => {
    const [providers, models] = await Promise.all([
      bed.cli('providers'),
      bed.cli('models', 'SONNET', '--provider', 'anthropic'),
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

describe.concurrent('a reader that leaves early, as `head` does', () => {
  /** Closes one of the streams before anything was written to it. */
  const cutOff = (args: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') => {
    const running = bed.launch(args)
    running.child[stream]?.destroy()
    return running
  }

  it('of a list ends nothing but the list', async () => {
    expect(await cutOff(['models']).ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('does not hide what a command found', async () => {
    await writeFile(join(bed.directory, 'unread.yaml'), 'nope: 1\n')
    expect(await cutOff(['config', 'check', 'unread.yaml', '--json']).ended).toMatchObject({ code: 1, stderr: '' })
    expect(await cutOff(['config', 'check', 'unread.yaml'], 'stderr').ended).toMatchObject({ code: 1, signal: null })
  })

  it('of calls that are followed ends the command', async () => {
    await bed.ask('Hello')
    expect(await cutOff(['calls', '--follow', '--data', bed.dataDirectory]).ended).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('of an export ends it without a word of the pipe', async () => {
    await bed.ask('x'.repeat(300_000))
    // From then on it is on record.
    await bed.control('calls')
    const { code, stderr } = await cutOff(['calls', 'export', '--data', bed.dataDirectory]).ended
    expect(code).toBe(0)
    expect(stderr).not.toContain('EPIPE')
  })

  it('does not end a gateway', async () => {
    const { url, process: started, exited } = await startChildGateway({ dataDirectory: join(bed.directory, 'unread') })
    for (const stream of [started.stdout, started.stderr]) stream?.destroy()
    started.kill('SIGHUP')
    expect((await post(`${url}/healthz`, undefined, { method: 'GET' })).status).toBe(200)
    started.kill('SIGTERM')
    expect(await exited).toBe(0)
  })
})

describe.concurrent('a gateway that cannot be asked', () => {
  it('because the URL is that of the data plane is told with the right one', async () => {
    const { code, stderr } = await bed.cli('keys', 'list', '--url', bed.gateway.url)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is no control plane') })
  })

  const requests = [['keys', 'list'], ['keys', 'create', 'never'], ['calls']]

  it('because the token is wrong or missing is told in one sentence', async () => {
    for (const request of requests) {
      const args = [...request, '--url', bed.gateway.controlUrl]
      const wrong = await bed.launch(args, { PORTCULLIS_ADMIN_TOKEN: 'not-the-token-0123456789abcdef' }).ended
      expect(wrong).toMatchObject({ code: 1, stdout: '' })
      expect(wrong.stderr).toMatch(sentence)
      expect(wrong.stderr).toMatch(/token/i)
      expect(wrong.stderr).not.toContain('not-the-token')
      const stderr = 'Set PORTCULLIS_ADMIN_TOKEN to ask a running gateway.\n'
      expect(await bed.launch(args, { PORTCULLIS_ADMIN_TOKEN: '' }).ended).toMatchObject({
        code: 2,
        stdout: '',
        stderr,
      })
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
      expect(await bed.cli(...request, '--url', url)).toMatchObject({ code: 1, stdout: '', stderr })
  })

  it('because there is no data directory is told with what to do', async () => {
    const stderr = "There is no gateway's data in ./data-of-nobody; name its directory with --data.\n"
    expect(await bed.cli('keys', 'list', '--data', './data-of-nobody')).toMatchObject({ code: 1, stdout: '', stderr })
  })
})
