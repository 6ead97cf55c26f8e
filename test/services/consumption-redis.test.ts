import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChildGateway } from '../support/child-gateway.ts'
import { post, type WireReply } from '../support/client.ts'
import { adminToken, ask, control, count, flood, key, openSharedBed, type SharedBed } from './shared-bed.ts'

let bed: SharedBed
beforeEach(async () => {
  bed = await openSharedBed()
})
afterEach(() => bed.close())

/** A suspension lasts, however slow the machine is. */
const rate = (max: number) => ({
  state: 'off',
  rules: { 'request-rate': { state: 'enforce', max, action: 'suspend' } },
})
const wanted = (max: number, more: object = {}) => ({ keys: [key('leaked', {})], consumption: rate(max), ...more })

const metric = async (gateway: ChildGateway, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await control(gateway, '/metrics')).text)?.[1])
const act = (gateway: ChildGateway, verb: string, body: object): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/consumption/leaked/${verb}`, body, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
/** Each has heard that the other is there. */
const acquainted = async (gateways: readonly ChildGateway[]): Promise<void> => {
  for (const gateway of gateways) {
    await ask(gateway, 'leaked')
    while ((await metric(gateway, 'portcullis_consumption_shared_up')) !== 1);
  }
  for (const gateway of gateways) {
    const before = await metric(gateway, 'portcullis_consumption_shared_asks_total')
    while ((await metric(gateway, 'portcullis_consumption_shared_asks_total')) < before + 2);
  }
}

describe('two gateways on one Redis', () => {
  it('with two workers each let a rate pass once', async () => {
    const gateways = await bed.two(wanted(40, { workers: 2 }))
    await acquainted(gateways)
    const statuses = await flood(gateways, 'leaked', 160)
    expect(statuses.filter((status) => ![200, 403, 503].includes(status))).toEqual([])
    expect(bed.mock.requests.length).toBeGreaterThanOrEqual(36)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(52)
    for (const gateway of gateways) while ((await ask(gateway, 'leaked')).status === 200);
    expect(bed.mock.requests.length).toBeLessThanOrEqual(52)
  })

  it('keep no word of who calls in Redis', async () => {
    const [gateway] = await bed.two(wanted(100))
    await acquainted([gateway])
    await ask(gateway, 'leaked', {}, { 'x-portcullis-metadata': '{"agent":"anna@example.com"}' })
    const names = (await bed.redis.client().keys('portcullis:budgets:consumption:*')) as string[]
    expect(names.length).toBeGreaterThan(1)
    for (const name of names)
      expect(name).toMatch(/^portcullis:budgets:consumption:(?:gateways|version|holds|ended|lifts|[\w-]{27})$/)
    for (const name of names.filter((one) => /:[\w-]{27}$/.test(one))) {
      expect(await bed.redis.client().pTTL(name)).toBeLessThanOrEqual(120_000)
      for (const value of Object.values(await bed.redis.client().hGetAll(name)))
        expect(value).toMatch(/^\d+\|\d+\|\d+$/)
    }
  })

  it('hold a key together, let it go together, and lift a rule together', async () => {
    const gateways = await bed.two({
      keys: [key('leaked', {})],
      consumption: { state: 'off', slowMs: 1, rules: { 'request-rate': { state: 'enforce', max: 2 } } },
    })
    const [one, other] = gateways
    const until = async (gateway: ChildGateway, status: number): Promise<void> => {
      while ((await ask(gateway, 'leaked')).status !== status);
    }
    expect((await act(one, 'suspend', { reason: 'It leaked.' })).status).toBe(200)
    await until(other, 403)
    expect((await ask(other, 'leaked')).text).toContain('It leaked.')
    const { holds } = (await control(other, '/api/v1/consumption')).json
    expect(holds).toMatchObject([{ key: 'leaked', kind: 'suspend', rule: 'manual' }])
    // One that knew nothing and one that starts anew know it from Redis.
    await bed.kill(one)
    const again = await bed.start('c', {
      keys: [key('leaked', {})],
      consumption: { state: 'off', slowMs: 1, rules: { 'request-rate': { state: 'enforce', max: 2 } } },
    })
    await until(again, 403)
    // What Redis forgets they tell it.
    await bed.redis.client().flushAll()
    while ((await bed.redis.client().hLen('portcullis:budgets:consumption:holds')) !== 1);
    expect((await act(again, 'resume', {})).status).toBe(200)
    await until(other, 429)
    expect((await act(again, 'lift', { rule: 'request-rate', minutes: 60 })).status).toBe(200)
    while ((await control(other, '/api/v1/consumption')).json.lifts.length === 0);
    for (let index = 0; index < 5; index++) expect((await ask(other, 'leaked')).status).toBe(200)
  })

  it('judge each for itself while Redis is away, say so, and together again when it is back', async () => {
    const gateways = await bed.two(wanted(40))
    await acquainted(gateways)
    await bed.redis.kill()
    const reasons = async (gateway: ChildGateway): Promise<string> => (await control(gateway, '/readyz')).text
    while (!(await reasons(gateways[0])).includes('Consumption is judged by what this gateway alone sees'));
    const [one, other] = [await flood([gateways[0]], 'leaked', 160), await flood([gateways[1]], 'leaked', 160)]
    // Each has had one before, and may still know of the other's.
    for (const statuses of [one, other]) {
      expect(count(statuses, 200)).toBeGreaterThanOrEqual(38)
      expect(count(statuses, 200)).toBeLessThanOrEqual(39)
    }
    expect((await control(gateways[0], '/readyz')).status).toBe(200)
    await bed.redis.start()
    for (const gateway of gateways) while ((await metric(gateway, 'portcullis_consumption_shared_up')) !== 1);
    while ((await reasons(gateways[0])).includes('Consumption is judged'));
  })

  it('watch nothing in Redis where no consumption is watched', async () => {
    const [gateway] = await bed.two({ keys: [key('leaked', {})] })
    await ask(gateway, 'leaked')
    expect(await bed.redis.client().keys('portcullis:budgets:consumption:*')).toEqual([])
  })
})

/** What somebody else writes there is no figure of a gateway, and harms nobody for longer than a minute. */
it('what is written into Redis by others is passed over where it is none of ours', async () => {
  const [gateway] = await bed.two(wanted(1000))
  await acquainted([gateway])
  const client = bed.redis.client()
  const [name = ''] = ((await client.keys('portcullis:budgets:consumption:*')) as string[]).filter((one) =>
    /:[\w-]{27}$/.test(one),
  )
  await client.hSet(name, { forged: 'nonsense', older: '999999|999999|1', later: '999999|999999|9999999999999' })
  const before = await metric(gateway, 'portcullis_consumption_shared_asks_total')
  while ((await ask(gateway, 'leaked')).status === 200)
    if ((await metric(gateway, 'portcullis_consumption_shared_asks_total')) > before + 2) break
  expect((await ask(gateway, 'leaked')).status).toBe(200)
  expect(Object.keys(await client.hGetAll(name)).sort()).not.toContain('forged')
})
