import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { post } from './support/client.ts'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const messages = [{ role: 'user', content: 'Who goes there?' }]
const headers = { 'x-portcullis-metadata': '{"team":"search"}' }

describe('GET /api/v1/analytics', () => {
  let bed: Testbed
  beforeAll(async () => {
    bed = await startTestbed()
    for (let call = 0; call < 3; call++) {
      await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages, user: `u-${call % 2}` })
    }
    await bed.gateway.post('/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 9, messages }, { headers })
    bed.openai.reply(unary({ error: { message: 'out of order' } }, { status: 500 }))
    await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages })
    await bed.gateway.callsUntil((calls) => calls.length === 5)
  })
  afterAll(() => bed.close())
  const ask = (query: string) => bed.gateway.control(`/api/v1/analytics?${query}`)

  it('tells what the list of calls tells, by model, the dearest first', async () => {
    const [{ json: calls }, { json: answer, status }] = await Promise.all([
      bed.gateway.control('/api/v1/calls'),
      ask('measures=costUsd,costNanoUsd,calls,errors,tokens,durationP50Ms&by=model,provider'),
    ])
    expect(status).toBe(200)
    expect(calls.data).toHaveLength(5)
    const nanoUsd = (ofModel: string): number =>
      calls.data
        .filter(({ model }: { model: string }) => model === ofModel)
        .reduce((sum: number, { costUsd }: { costUsd: number | null }) => sum + Math.round((costUsd ?? 0) * 1e9), 0)
    const [first, second] = answer.data
    expect(answer.data.map(({ group }: { group: object }) => group)).toEqual(
      expect.arrayContaining([
        { model: 'gpt-5-mini', provider: 'openai' },
        { model: 'claude-sonnet-4-5', provider: 'anthropic' },
      ]),
    )
    expect(first.values.costUsd).toBeGreaterThan(second.values.costUsd)
    for (const { group, values } of answer.data) expect(values.costNanoUsd).toBe(String(nanoUsd(group.model)))
    expect(answer.totals).toMatchObject({ calls: 5, errors: 1 })
    expect(answer.totals.durationP50Ms).toBeGreaterThan(0)
  })

  it('counts by end user and by metadata, with filters that are looked for together', async () => {
    const of = async (query: string) =>
      (await ask(query)).json.data.map(({ group, values }: { group: object; values: { calls: number } }) => [
        Object.values(group)[0],
        values.calls,
      ])
    expect(await of('measures=calls&by=user')).toEqual([
      ['u-0', 2],
      [null, 2],
      ['u-1', 1],
    ])
    expect(await of('measures=calls&by=metadata.team')).toEqual([
      [null, 4],
      ['search', 1],
    ])
    expect(await of('measures=calls&by=status&model=gpt-5-mini&status=5xx&status=404')).toEqual([[500, 1]])
    expect(await of('measures=calls&by=model&metadata.team=search')).toEqual([['claude-sonnet-4-5', 1]])
    expect(await of('measures=calls&by=cache')).toEqual([['bypass', 5]])
  })

  it('shows nothing of another workspace where one is asked for', async () => {
    const { json } = await ask('measures=calls,costUsd&by=key,user&workspace=other')
    expect(json).toMatchObject({ data: [], groups: 0, totals: { calls: 0 } })
    for (const forged of ["other' OR '1'='1", 'default%', 'DEFAULT', 'other,default', '*']) {
      expect((await ask(`measures=calls&workspace=${encodeURIComponent(forged)}`)).json.totals.calls).toBe(0)
    }
  })

  it('has every part of a range in a series', async () => {
    const to = Date.now() + 1000
    const { json } = await ask(`measures=calls&interval=hour&timeZone=Asia/Kolkata&from=${to - 2 * 3_600_000}&to=${to}`)
    const { series } = json.data[0]
    expect(series.length).toBeGreaterThanOrEqual(3)
    expect(series.every(({ start }: { start: string }) => start.endsWith(':30:00.000Z'))).toBe(true)
    const sum = series.reduce((all: number, { values }: { values: { calls: number } }) => all + values.calls, 0)
    expect(sum).toBe(5)
  })

  it('refuses what it does not understand, and names it', async () => {
    const wrong = {
      measures: ['measures=cost', 'measures=durationP42Ms', 'measures=calls;DROP TABLE calls'],
      by: ['by=price', 'by=model,key,user,provider,route', 'by=metadata.'],
      from: ['from=tomorrow', 'from=2026-12-01&to=2026-11-01', 'from=-1'],
      to: ['to=99999999999999999'],
      interval: ['interval=fortnight'],
      timeZone: ['timeZone=Mars/Olympus'],
      limit: ['limit=0', 'limit=1001', 'limit=1e1', 'limit=1&limit=2'],
      status: ['status=many'],
      shadow: ['shadow=perhaps'],
      colour: ['colour=red'],
    }
    for (const [param, queries] of Object.entries(wrong)) {
      for (const query of queries) {
        const { status, json } = await ask(query)
        expect([query, status, json.error.code, json.error.param]).toEqual([query, 400, 'invalid_request', param])
      }
    }
    expect((await ask('from=0&interval=minute')).json.error.code).toBe('range_too_large')
  })

  it('needs the admin token', async () => {
    const path = `${bed.gateway.controlUrl}/api/v1/analytics`
    expect((await post(path, undefined, { method: 'GET', headers: {} })).status).toBe(401)
    const asKey = { authorization: `Bearer ${bed.gateway.key}` }
    expect((await post(path, undefined, { method: 'GET', headers: asKey })).status).toBe(401)
  })
})

describe('portcullis analytics', () => {
  let bed: CliBed
  beforeAll(async () => {
    bed = await startCliBed()
    await bed.recorded(async () => {
      await bed.ask('one', { headers })
      return await bed.ask('two')
    })
  })
  afterAll(() => bed.close())

  it('prints a table, from the record and from the gateway', async () => {
    const question = ['analytics', '--measures', 'calls,tokens,errorRate', '--by', 'key,metadata.team']
    for (const source of [
      ['--data', bed.dataDirectory],
      ['--url', bed.gateway.controlUrl],
    ]) {
      const { stdout, code } = await bed.cli(...question, ...source)
      expect(code).toBe(0)
      expect(stdout.split('\n')).toEqual([
        expect.stringMatching(/^KEY +metadata.team +CALLS +TOKENS +ERROR RATE$/),
        expect.stringMatching(/^environment +search +1 +\d+ +0\.0 %$/),
        expect.stringMatching(/^environment +– +1 +\d+ +0\.0 %$/),
        expect.stringMatching(/^TOTAL +2 +\d+ +0\.0 %$/),
        '',
      ])
    }
  })

  it('prints a row for each part of a range, and all of it as JSON', async () => {
    const question = [
      'analytics',
      '--measures',
      'calls',
      '--where',
      'metadata.team=search',
      '--data',
      bed.dataDirectory,
    ]
    const days = await bed.cli(...question, '--interval', 'day', '--time-zone', 'Europe/Berlin')
    expect(days.stdout).toMatch(/^START +CALLS\n(\d{4}-\d\d-\d\d 00:00 +[01]\n){1,2}(TOTAL +1\n)?$/)
    const { stdout } = await bed.cli(...question, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ totals: { calls: 1 }, groups: 1 })
  })

  it('says in a sentence what is wrong', async () => {
    for (const wrong of [
      ['--by', 'price'],
      ['--where', 'model'],
      ['--from', '0', '--interval', 'minute', '--data', bed.dataDirectory],
      ['extra'],
    ]) {
      const refused = await bed.cli('analytics', ...wrong)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(sentence)
    }
  })
})
