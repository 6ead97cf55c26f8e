import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChildGateway } from '../support/child-gateway.ts'
import type { Json } from '../support/client.ts'
import { heldReply } from '../support/mock-replies.ts'
import { answer, ask, control, count, flood, key, openSharedBed, type SharedBed, standings } from './shared-bed.ts'

let bed: SharedBed
beforeEach(async () => {
  bed = await openSharedBed()
})
afterEach(() => bed.close())

describe('two gateways on one Redis', () => {
  it('let a limit of requests pass once, and say what is left of it over both', async () => {
    const { mock } = bed
    const gateways = await bed.two({ keys: [key('paced', { limits: [{ requests: 500, per: 'day' }] })], workers: 2 })
    const statuses = await flood(gateways, 'paced', 3000)
    expect({ passed: count(statuses, 200), refused: count(statuses, 429) }).toEqual({
      passed: mock.requests.length,
      refused: statuses.length - mock.requests.length,
    })
    expect(mock.requests.length).toBeLessThanOrEqual(500)
    // What one has leased and the other would need is given back at the next beat.
    while (mock.requests.length < 500) for (const gateway of gateways) await ask(gateway, 'paced')
    for (const gateway of gateways) {
      const refused = await ask(gateway, 'paced')
      expect(refused.status).toBe(429)
      expect(refused.headers['x-ratelimit-remaining-requests']).toBe('0')
      expect(await standings(gateway, 'key=paced')).toMatchObject([{ used: 500, left: 0 }])
    }
    expect(mock.requests).toHaveLength(500)
  })

  it('spend no more than a budget in USD together', async () => {
    const gateways = await bed.two({ keys: [key('saver', { budgets: [{ costUsd: 0.02, per: 'month' }] })] })
    const statuses = await flood(gateways, 'saver', 4000, { clients: 250 })
    expect(count(statuses, 200)).toBeGreaterThan(100)
    // A busy machine sheds load.
    expect(statuses.filter((status) => ![200, 429, 503].includes(status))).toEqual([])
    // Records come behind their calls, and what another has settled is heard of at its next beat.
    const recorded = async (): Promise<number> => {
      let cost = 0
      for (const gateway of gateways)
        for (let cursor = ''; ; ) {
          const page = (await control(gateway, `/api/v1/calls?limit=200${cursor}`)).json
          for (const { costUsd } of page.data as Json[]) cost += costUsd ?? 0
          if (page.nextCursor === null) break
          cursor = `&cursor=${page.nextCursor}`
        }
      return cost
    }
    const used = async (gateway: ChildGateway): Promise<number> => (await standings(gateway, 'key=saver'))[0].used
    for (const gateway of gateways) while (Math.abs((await used(gateway)) - (await recorded())) > 1e-9);
    expect(await recorded()).toBeLessThanOrEqual(0.02)
  })

  it.each([
    ['a sliding window', { requests: 60, per: 'hour' }],
    ['a token bucket', { requests: 60, per: 'day', window: 'token-bucket' }],
    ['tokens', { tokens: 60 * 30, per: 'day' }],
    ['all time', { outputTokens: 60 * 10, per: 'total' }],
  ])('share %s', async (_, limit) => {
    const gateways = await bed.two({ keys: [key('any', { limits: [limit] })] })
    // More than the answer has: no estimate is too low.
    const more = { max_tokens: 30 }
    await flood(gateways, 'any', 400, { more })
    for (let round = 0; round < 20 && bed.mock.requests.length < 57; round++)
      await flood(gateways, 'any', 2, { clients: 1, more })
    expect(bed.mock.requests.length).toBeLessThanOrEqual(60)
    expect(bed.mock.requests.length).toBeGreaterThan(50)
    for (const gateway of gateways) expect((await standings(gateway, 'key=any'))[0].left).toBeLessThan(10 * 30)
  })

  it('count calls at once together, and those of a gateway that was killed are free again', async () => {
    const [a, b] = await bed.two({ keys: [key('narrow', { limits: [{ concurrentCalls: 3 }] })] })
    const held = [heldReply(), heldReply(), heldReply()]
    for (const { reply } of held) bed.mock.reply(reply)
    const ofA = [ask(a, 'narrow'), ask(a, 'narrow')]
    for (const call of ofA) call.catch(() => undefined)
    await Promise.all([held[0]?.arrived, held[1]?.arrived])
    const ofB = ask(b, 'narrow')
    ofB.catch(() => undefined)
    await held[2]?.arrived
    expect([(await ask(a, 'narrow')).status, (await ask(b, 'narrow')).status]).toEqual([429, 429])
    expect(await standings(a, 'key=narrow')).toMatchObject([{ reserved: 3, left: 0 }])
    await bed.kill(a)
    // Once the dead gateway's lease of one second is over; a lease that never ends is ended by the test's own limit.
    while ((await ask(b, 'narrow')).status !== 200);
    for (const { release } of held) release(answer)
    expect((await ofB).status).toBe(200)
  })

  it('keep a limit when one of them is killed in the middle', async () => {
    const gateways = await bed.two({ keys: [key('paced', { limits: [{ requests: 600, per: 'day' }] })] })
    const [a, b] = gateways
    const flooding = flood(gateways, 'paced', 3000)
    while (bed.mock.requests.length < 200) await ask(b, 'paced')
    await bed.kill(a)
    await flooding
    while ((await ask(b, 'paced')).status === 200);
    expect(bed.mock.requests.length).toBeLessThanOrEqual(600)
    expect(bed.mock.requests.length).toBeGreaterThan(400)
    // It comes back with what Redis knows of it, and spends nothing twice.
    const again = await bed.start('a', { keys: [key('paced', { limits: [{ requests: 600, per: 'day' }] })] })
    await flood([again, b], 'paced', 200)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(600)
    expect((await standings(again, 'key=paced'))[0].left).toBe(0)
  })

  it('begin a new window together, by the clock of Redis', async () => {
    const limit = { requests: 40, per: 'second', window: 'fixed' }
    const gateways = await bed.two({ keys: [key('paced', { limits: [limit] })] })
    const seconds = async (): Promise<number> => Number((await bed.redis.client().time())[0])
    const begun = await seconds()
    // However fast the machine is.
    do await flood(gateways, 'paced', 1000)
    while ((await seconds()) - begun < 3)
    const windows = (await seconds()) - begun + 1
    expect(bed.mock.requests.length).toBeLessThanOrEqual(40 * windows)
    expect(bed.mock.requests.length).toBeGreaterThan(40 * (windows - 2) * 0.8)
  })

  it('hold to an amount that is changed while it is spent', async () => {
    const gateways = await bed.two({ keys: [key('paced', { limits: [{ requests: 100, per: 'day' }] })] })
    await flood(gateways, 'paced', 400)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(100)
    await bed.configure('a', { keys: [key('paced', { limits: [{ requests: 150, per: 'day' }] })] })
    while ((await standings(gateways[0], 'key=paced'))[0].amount !== 150);
    while ((await ask(gateways[0], 'paced')).status === 200);
    // The other has the amount that it had.
    expect((await ask(gateways[1], 'paced')).status).toBe(429)
    expect(bed.mock.requests).toHaveLength(150)
  })

  it('have what one of them gave back that was stopped', async () => {
    const gateways = await bed.two({ keys: [key('paced', { limits: [{ requests: 300, per: 'day' }] })] })
    const [a, b] = gateways
    await flood(gateways, 'paced', 200)
    await bed.stop(a)
    while ((await ask(b, 'paced')).status === 200);
    expect(bed.mock.requests).toHaveLength(300)
  })

  it('wait for Redis where nothing is leased, and not where something is', async () => {
    const [a] = await bed.two({ keys: [key('paced', { limits: [{ requests: 100_000, per: 'day' }] })] })
    const asks = async (): Promise<number> =>
      Number(/^portcullis_budget_authority_asks_total (\d+)$/m.exec((await control(a, '/metrics')).text)?.[1])
    await flood([a], 'paced', 400)
    const before = await asks()
    const begun = performance.now()
    await flood([a], 'paced', 1600)
    const beats = (performance.now() - begun) / 250
    // Some at each beat, and none for each call.
    expect((await asks()) - before).toBeLessThan(4 * beats + 100)
  })

  it('keep no word of who calls in the names of keys', async () => {
    const [a] = await bed.two({
      keys: [key('anna', {})],
      budgets: [{ id: 'each', groupBy: ['metadata.person'], requests: 5, per: 'day' }],
    })
    await ask(a, 'anna', {}, { 'x-portcullis-metadata': '{"person":"anna@example.com"}' })
    const names = await bed.redis.client().keys('*')
    expect(names.length).toBeGreaterThan(1)
    for (const name of names) expect(name).toMatch(/^portcullis:budgets:(?:epoch|[\w-]{27})$/)
    const values = await Promise.all(names.map((name) => bed.redis.client().hGetAll(name)))
    expect(JSON.stringify(values)).not.toMatch(/anna|example|pk-|each/)
  })
})
