import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed } from './support/cli-bed.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacter = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe.concurrent('calls', () => {
  it('are printed while they are made, then listed and shown, from the record and from the gateway', async () => {
    const { id, stdout, signal } = await bed.recorded(() => bed.ask('Who goes there?'))
    expect(signal).toBe('SIGINT')
    expect(stdout.split(id)).toHaveLength(2)
    for (const source of [
      ['--data', bed.dataDirectory],
      ['--url', bed.gateway.controlUrl],
    ]) {
      const [list, show, json] = await Promise.all([
        bed.cli('calls', ...source),
        bed.cli('calls', 'show', id, ...source),
        bed.cli('calls', '--json', '--limit', '200', ...source),
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
    for (const content of ['one', 'two']) ids.push(String((await bed.ask(content)).headers['x-portcullis-call-id']))
    while (!(await bed.cli('calls', '--data', bed.dataDirectory)).stdout.includes(ids[1] ?? ''));
    const { id, stdout } = await bed.recorded(() => bed.ask('three'))
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
    const { stdout, id } = await bed.recorded(() => bed.ask('Hello', { model: 'nobody/x' }))
    expect(stdout).toMatch(new RegExp(`${id} .* nobody/x +404 +– `))
  })

  it('through an alias show both names; the attempts are a table', async () => {
    const { stdout, id } = await bed.recorded(() => bed.ask('Hello', { model: 'safe' }))
    expect(stdout).toMatch(/ safe → demo\/echo +200 /)
    const show = await bed.cli('calls', 'show', id, '--data', bed.dataDirectory)
    expect(show.stdout).toMatch(
      /^ATTEMPTS\nTARGET +STATUS +MS +ERROR\ndemo\/error-503 +503 +\d+\.\d +upstream_overloaded\ndemo\/echo +200 +\d+\.\d\n/m,
    )
    expect(show.stdout).toMatch(/^durationMs +\d+\.\d$/m)
    expect(show.stdout).not.toMatch(/^attempts/m)
  })

  it('are found by agent, tag and the code of an error', async () => {
    const headers = { 'x-portcullis-metadata': '{"agent":"planner","tags":"cli, nightly"}' }
    const { id } = await bed.recorded(() => bed.ask('Hello', { model: 'nobody/y', headers }))
    const filters = ['--agent', 'planner', '--tag', 'cli', '--error-code', 'unknown_provider']
    const [found, none, wrong, endless] = await Promise.all([
      bed.cli('calls', ...filters, '--data', bed.dataDirectory),
      bed.cli('calls', ...filters, '--tag', 'other', '--data', bed.dataDirectory),
      bed.cli('calls', '--from', '2026-12-01', '--to', '2026-11-01'),
      bed.cli('calls', '--follow', '--to', '2026-11-01'),
    ])
    expect(found.stdout.split('\n')[1]).toContain(id)
    expect(none.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('`from` is after `to`')
    expect(endless.stderr).toContain('leave --to out')
  })

  it('of a name that is no provider are none, and it is told where a name of an account goes', async () => {
    await bed.recorded(() => bed.ask('Hello'))
    const [wrong, known, account] = await Promise.all([
      bed.cli('calls', '--provider', 'gate', '--data', bed.dataDirectory),
      bed.cli('calls', '--provider', 'openai', '--data', bed.dataDirectory),
      bed.cli('calls', '--account', 'demo', '--status', 'ok', '--limit', '1', '--data', bed.dataDirectory),
    ])
    expect([wrong.code, wrong.stderr]).toEqual([
      0,
      'There is no provider "gate"; calls of an account are found with --account gate.\n',
    ])
    expect([known.code, known.stderr]).toEqual([0, ''])
    expect(account.stdout).toContain(' 200 ')
  })

  it('are filtered', async () => {
    const { id } = await bed.recorded(() => bed.ask('Hello', { model: 'demo/error-503' }))
    const [failed, fine] = await Promise.all([
      bed.cli('calls', '--status', '5xx', '--data', bed.dataDirectory),
      bed.cli('calls', '--status', 'ok', '--data', bed.dataDirectory),
    ])
    expect(failed.stdout).toContain(id)
    expect(fine.stdout).not.toContain(id)
  })

  it('are found by what their client said of them', async () => {
    const say = (team: string) => ({ 'x-portcullis-metadata': JSON.stringify({ team }) })
    const [first, second] = [
      await bed.recorded(() => bed.ask('one', { headers: say('search') })),
      await bed.recorded(() => bed.ask('two', { headers: say('mail') })),
    ]
    for (const source of [
      ['--data', bed.dataDirectory],
      ['--url', bed.gateway.controlUrl],
    ]) {
      const { stdout } = await bed.cli('calls', '--metadata', 'team=search', ...source)
      expect(stdout).toContain(first.id)
      expect(stdout).not.toContain(second.id)
    }
  })

  it('that are not there are said to be so in one sentence', async () => {
    const missing = await Promise.all([
      bed.cli('calls', 'show', 'none', '--data', bed.dataDirectory),
      bed.control('calls', 'show', 'none'),
      bed.cli('calls', '--data', 'elsewhere'),
      bed.cli('calls', '--status', 'many', '--data', bed.dataDirectory),
      bed.cli('calls', '--metadata', 'team', '--data', bed.dataDirectory),
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
      const followed = await bed.recorded(() => bed.ask(`${model} says hello`, { model }))
      const echoed = await bed.recorded(() => bed.ask(`${model} says hello`))
      const shown = [followed, echoed]
      for (const { id } of [followed, echoed])
        shown.push({ ...(await bed.cli('calls', 'show', id, '--data', bed.dataDirectory)), id })
      const json = await bed.cli('calls', '--json', '--data', bed.dataDirectory)
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
