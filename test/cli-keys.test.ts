import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed, teamKey } from './support/cli-bed.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe.concurrent('keys', () => {
  it('are made, shown once, work at once, and stop working when they are revoked', async () => {
    const made = await bed.control('keys', 'create', 'fresh', '--models', 'demo/*')
    expect(made).toMatchObject({ code: 0, stderr: 'This is the only time that the key is shown.\n' })
    const key = made.stdout.trim()
    expect(key).toMatch(/^pcl_\S{40,}$/)
    expect((await bed.ask('Hello', { key })).json.choices[0].message.content).toBe('[demo] Hello')

    const [list, revoked] = [await bed.control('keys', 'list'), await bed.control('keys', 'revoke', 'fresh')]
    expect(list.stdout).toMatch(/^fresh +default +demo\/\* +api +\S+$/m)
    expect(list.stdout).not.toContain(key)
    expect(revoked).toMatchObject({ code: 0, stdout: 'The key "fresh" is revoked.\n', stderr: '' })
    expect((await bed.ask('Hello', { key })).status).toBe(401)
    expect((await bed.control('keys', 'list')).stdout).toMatch(/^fresh +default +demo\/\* +api +\S+ +\S+$/m)
  })

  it('have budgets, an owner and an end, and get another value', async () => {
    const limits = ['--limit', 'requests=1/day', '--limit', 'concurrentCalls=5', '--budget', 'costUsd=50/month']
    const { stdout } = await bed.control('keys', 'create', 'limited', ...limits, '--expires', '90d', '--owner', 'red')
    const key = stdout.trim()
    expect((await bed.ask('Hello', { key })).status).toBe(200)
    expect((await bed.ask('Hello', { key })).status).toBe(429)
    const rotated = await bed.cli('keys', 'rotate', 'limited', '--overlap', '24h', '--data', bed.dataDirectory)
    expect(rotated).toMatchObject({ code: 0, stderr: 'This is the only time that the key is shown.\n' })
    while ((await bed.ask('Hello', { key: rotated.stdout.trim() })).status !== 429);
    expect((await bed.ask('Hello', { key })).status).toBe(429)
    for (const wrong of [
      ['--limit', 'request=5/day'],
      ['--limit', 'requests=0/day'],
      ['--expires', 'soon'],
      ['--expires', '2020-01-01'],
      ['--expires', '2027-02-30'],
      ['--limit', 'requests=1.5/day'],
      ['--owner', ''],
      ['--owner', 'x'.repeat(201)],
    ]) {
      const refused = await bed.cli('keys', 'create', 'wrong', ...wrong, '--data', bed.dataDirectory)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(sentence)
    }
  })

  it('show what they may use, whose they are and when they end, the same beside a gateway and through it', async () => {
    const given = ['--budget', 'costUsd=50/month', '--limit', 'concurrentCalls=5', '--expires', '2030-01-31']
    await bed.control('keys', 'create', 'shown', ...given, '--owner', 'team blue')
    const row =
      /^shown +default +\* +api +\S+ +2030-01-31T00:00:00.000Z +team blue +costUsd=50\/month concurrentCalls=5$/m
    expect((await bed.control('keys', 'list')).stdout).toMatch(row)
    expect((await bed.cli('keys', 'list', '--data', bed.dataDirectory)).stdout).toMatch(row)
  })

  it.each(['--url', '--data'])('are changed, and shown one by one: %s', async (option) => {
    const place = [option, option === '--url' ? bed.gateway.controlUrl : bed.dataDirectory]
    const id = `moving${option}`
    const asked = ['--limit', 'requests=1/day', '--expires', '2030-01-31', '--networks', '192.0.2.0/24']
    const made = await bed.cli('keys', 'create', id, ...asked, '--owner', 'red', ...place)
    const changes = ['--models', 'demo/*,nosuch', '--owner', 'blue', '--without', 'networks,expires']
    expect(await bed.cli('keys', 'change', id, ...changes, ...place)).toMatchObject({
      code: 0,
      stdout: `The key "${id}" is changed.\n`,
      stderr: 'Warning: No configured provider lists the model "nosuch".\n',
    })
    const shown = await bed.cli('keys', 'show', id, ...(option === '--url' ? ['--json'] : []), ...place)
    if (option === '--url') {
      const budgets = [{ measure: 'requests', amount: 1, per: 'day' }]
      expect(JSON.parse(shown.stdout)).toMatchObject({ id, owner: 'blue', networks: null, expiresAt: null, budgets })
    } else {
      expect(shown.stdout).toMatch(/^owner +blue$/m)
      expect(shown.stdout).toMatch(/^models +demo\/\*, nosuch$/m)
      expect(shown.stdout).toMatch(/^budgets +requests=1\/day$/m)
      expect(shown.stdout).not.toMatch(/^(?:expiresAt|networks|revokedAt)/m)
    }
    // What is changed beside a gateway it has within a second.
    const key = made.stdout.trim()
    while ((await bed.ask('Hello', { key })).status !== 200);
  })

  it('are changed to nothing that cannot be kept, and not where there is none', async () => {
    const runs = [
      ['change', 'x', '--models', ','],
      ['change', 'x', '--without', 'models'],
      ['change', 'nobody', '--owner', 'x'],
    ].map((words) => bed.control('keys', ...words))
    expect(await Promise.all(runs)).toMatchObject([
      { code: 2, stderr: expect.stringMatching(/--models takes at least one value/) },
      { code: 2, stderr: expect.stringMatching(/^--without takes budget, limit, expires, owner, providers/) },
      { code: 1, stdout: '', stderr: expect.stringContaining('There is no key with the id "nobody".') },
    ])
  })

  it('that stand in the file cannot be rotated, nor any for longer than the API lets them', async () => {
    await writeFile(join(bed.directory, 'one.yaml'), JSON.stringify({ keys: [{ id: 'fixed' }] }))
    const here = ['--config', 'one.yaml', '--data', bed.dataDirectory]
    expect(await bed.cli('keys', 'rotate', 'fixed', ...here)).toMatchObject({
      code: 1,
      stderr: 'The key "fixed" stands in one.yaml; change it there.\n',
    })
    expect(await bed.cli('keys', 'rotate', 'any', '--overlap', '31d', ...here)).toMatchObject({
      code: 2,
      stderr: 'Write at most 30d for --overlap.\n',
    })
  })

  it('cannot be made twice, nor revoked when there are none', async () => {
    expect((await bed.control('keys', 'create', 'twice')).code).toBe(0)
    for (const again of [await bed.control('keys', 'create', 'twice'), await bed.control('keys', 'revoke', 'nobody')]) {
      expect(again).toMatchObject({ code: 1, stdout: '' })
      expect(again.stderr).toMatch(sentence)
    }
  })

  it('made or revoked in the data directory work or stop working beside the running gateway, within about a second', async () => {
    const { stdout, code } = await bed.cli('keys', 'create', 'beside', '--data', bed.dataDirectory)
    const key = stdout.trim()
    expect(code).toBe(0)
    while ((await bed.ask('Hello', { key })).status !== 200);
    expect(await bed.cli('keys', 'revoke', 'beside', '--data', bed.dataDirectory)).toMatchObject({ code: 0 })
    while ((await bed.ask('Hello', { key })).status !== 401);
    expect((await bed.ask('Hello', { key })).json.error.code).toBe('revoked_key')
  })

  it('of the file and of the environment are listed from the data directory, and it is told where they stand', async () => {
    const config = {
      keys: [
        { id: 'given', key: 'pk-given-0123456789abcdef', workspace: 'w', models: ['demo/*'] },
        { id: 'made', models: ['safe'] },
      ],
    }
    await writeFile(join(bed.directory, 'keys.yaml'), JSON.stringify(config))
    const args = ['--config', 'keys.yaml', '--data', bed.dataDirectory]
    const environment = { PORTCULLIS_KEY: teamKey }
    const { stdout } = await bed.launch(['keys', 'list', ...args], environment).ended
    expect(stdout).toMatch(/^given +w +demo\/\* +file$/m)
    expect(stdout).toMatch(/^environment +default +\* +environment$/m)
    expect(stdout).not.toContain(config.keys[0]?.key)
    expect(await bed.cli('keys', 'revoke', 'given', ...args)).toMatchObject({
      code: 1,
      stderr: 'The key "given" stands in keys.yaml; take it out there.\n',
    })
    expect(await bed.launch(['keys', 'revoke', 'environment', ...args], environment).ended).toMatchObject({
      code: 1,
      stderr: 'The key "environment" is that of PORTCULLIS_KEY; start without it, or with another.\n',
    })
  })

  it('are listed all the same beside a file that is not valid', async () => {
    await writeFile(join(bed.directory, 'faulty.yaml'), 'nope: 1\n')
    await bed.control('keys', 'create', 'still')
    const listed = await bed.cli('keys', 'list', '--config', 'faulty.yaml', '--data', bed.dataDirectory)
    expect(listed.stdout).toMatch(/^still +default/m)
    expect(listed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('What the file says does not count here.'),
    })
  })

  it('that name models which are not there are made with a warning', async () => {
    const models = 'nosuch,safe,demo/*,opnai/*,gpt-*'
    const made = await bed.cli('keys', 'create', 'far', '--models', models, '--data', bed.dataDirectory)
    const through = await bed.control('keys', 'create', 'far-through', '--models', models)
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

  it('that are bound to what is not there are made with a warning', async () => {
    const bounds = [
      '--providers',
      'demoo,demo',
      '--endpoints',
      '/v1/chat/completion,/v1/rerank',
      '--data-regions',
      'eu',
    ]
    const made = await bed.cli('keys', 'create', 'bound', ...bounds, '--data', bed.dataDirectory)
    const through = await bed.control('keys', 'create', 'bound-through', ...bounds)
    expect({ ...through, stdout: '' }).toEqual({ ...made, stdout: '' })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pcl_/) })
    expect(made.stderr).toBe(
      [
        'Warning: There is no provider account and no provider "demoo". Did you mean "demo"?',
        'Warning: No provider account is in the data region "eu".',
        'Warning: There is no endpoint "/v1/chat/completion". Did you mean "/v1/chat/completions"?',
        'This is the only time that the key is shown.',
        '',
      ].join('\n'),
    )
  })

  it('are shown as the pairs that AWS SDKs sign with, the same beside a gateway and through it', async () => {
    await bed.control('keys', 'create', 'signing')
    const through = await bed.control('keys', 'pair', 'signing')
    expect(through.stdout).toMatch(/^AWS_ACCESS_KEY_ID=PCLK[0-9A-F]{20}\nAWS_SECRET_ACCESS_KEY=[\w-]{43}\n$/)
    expect(await bed.cli('keys', 'pair', 'signing', '--data', bed.dataDirectory)).toEqual(through)
    for (const unknown of [
      await bed.control('keys', 'pair', 'nobody'),
      await bed.cli('keys', 'pair', 'nobody', '--data', bed.dataDirectory),
    ])
      expect(unknown).toMatchObject({ code: 1, stdout: '' })
  })

  it('are listed from the data directory too, beside the running gateway', async () => {
    await bed.control('keys', 'create', 'stored')
    const { code, stdout } = await bed.cli('keys', 'list', '--data', bed.dataDirectory)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^stored +default +\* +api/m)
  })
})
