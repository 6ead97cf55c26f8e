import { createClient } from '@redis/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChildGateway } from '../support/child-gateway.ts'
import { openCuttableWay } from './cuttable.ts'
import { openTestSchema } from './postgres.ts'
import { ask, control, count, flood, key, openSharedBed, type SharedBed, standings } from './shared-bed.ts'

let bed: SharedBed
beforeEach(async () => {
  bed = await openSharedBed()
})
afterEach(() => bed.close())

const limited = (requests: number, authority: object = {}) => ({
  keys: [key('paced', { limits: [{ requests, per: 'day' }] }), key('free', {})],
  authority,
})
const ready = async (gateway: ChildGateway) => (await control(gateway, '/readyz')).json
async function until(gateway: ChildGateway, reason: RegExp | undefined): Promise<void> {
  for (;;) {
    const { reasons } = await ready(gateway)
    if (reason === undefined ? reasons.length === 0 : reasons.some((text: string) => reason.test(text))) return
  }
}
const metric = async (gateway: ChildGateway): Promise<string | undefined> =>
  /^portcullis_budget_authority_up (\d)$/m.exec((await control(gateway, '/metrics')).text)?.[1]

/** On a connection that is there whatever is set meanwhile. */
async function openAdmin(url: string) {
  const client = createClient({ url })
  client.on('error', () => undefined)
  await client.connect()
  return {
    tell: (...command: readonly string[]): Promise<unknown> => client.sendCommand(command),
    close: () => client.destroy(),
  }
}

describe('a Redis that loses what it knew', () => {
  it.each(['is flushed', 'is killed and starts anew', 'loses the counter alone'])(
    'and %s in the middle lets nothing be spent twice',
    async (how) => {
      const gateways = await bed.two(limited(900))
      const flooding = flood(gateways, 'paced', 6000)
      while (bed.mock.requests.length < 300) await ask(gateways[0], 'paced')
      const redis = bed.redis.client()
      if (how === 'is flushed') await redis.flushAll()
      else if (how === 'loses the counter alone')
        await redis.del((await redis.keys('*')).filter((name) => !name.endsWith('epoch')))
      else {
        await bed.redis.kill()
        await bed.redis.start()
      }
      await flooding
      for (const gateway of gateways) await until(gateway, undefined)
      for (let round = 0; round < 5; round++) await flood(gateways, 'paced', 400)
      expect(bed.mock.requests.length).toBeLessThanOrEqual(900)
      expect(bed.mock.requests.length).toBeGreaterThan(850)
      // What another has settled is heard of at its next beat.
      for (const gateway of gateways)
        while ((await standings(gateway, 'key=paced'))[0].used !== bed.mock.requests.length);
    },
  )

  it('is told too what a gateway used that was killed before, and what one used that has been idle since', async () => {
    const [a, b] = await bed.two(limited(100))
    for (let call = 0; call < 40; call++) expect((await ask(a, 'paced')).status).toBe(200)
    await bed.kill(a)
    for (let call = 0; call < 20; call++) expect((await ask(b, 'paced')).status).toBe(200)
    const left = (await standings(b, 'key=paced'))[0].left
    await bed.redis.client().flushAll()
    // A third that knows nothing asks first.
    const c = await bed.start('c', limited(100))
    await flood([c, b], 'paced', 200)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(100)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(60 + left)
  })

  it('and starts from an older copy of itself is told what it has forgotten, also by who has been idle since', async () => {
    const gateways = await bed.two(limited(100))
    const [a, b] = gateways
    for (const gateway of gateways) expect((await ask(gateway, 'paced')).status).toBe(200)
    await bed.redis.client().sendCommand(['SAVE'])
    for (let call = 0; call < 30; call++) expect((await ask(a, 'paced')).status).toBe(200)
    for (let call = 0; call < 30; call++) expect((await ask(b, 'paced')).status).toBe(200)
    // What a had is known to b, and a is gone.
    while ((await standings(b, 'key=paced'))[0].used < 62);
    await bed.kill(a)
    await bed.redis.kill()
    await bed.redis.start()
    await until(b, /lost what it knew/)
    await until(b, undefined)
    const c = await bed.start('c', limited(100))
    await flood([c, b], 'paced', 200)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(100)
    expect(bed.mock.requests.length).toBeGreaterThan(80)
  })

  it('while the gateways are started anew too is told what their records have', async () => {
    const a = await bed.start('a', limited(50))
    for (let call = 0; call < 30; call++) expect((await ask(a, 'paced')).status).toBe(200)
    while ((await control(a, '/api/v1/calls?limit=200')).json.data.length < 30);
    await bed.kill(a)
    await bed.redis.client().flushAll()
    const again = await bed.start('a', limited(50))
    const statuses = await flood([again], 'paced', 80)
    expect(count(statuses, 200)).toBeLessThanOrEqual(20)
    expect(bed.mock.requests.length).toBeLessThanOrEqual(50)
  })
})

describe('gateways with one record in PostgreSQL', () => {
  it('that are started anew behind a Redis without its memory know what all had used', async () => {
    const schema = await openTestSchema()
    try {
      const wanted = { ...limited(100), environment: { DATABASE_URL: schema.url } }
      const before = await bed.two(wanted)
      for (const gateway of before)
        for (let call = 0; call < 30; call++) expect((await ask(gateway, 'paced')).status).toBe(200)
      const recorded = async (): Promise<number> =>
        Number((await schema.session.query('SELECT sum(used) AS used FROM budget_uses')).rows[0]?.['used'])
      while ((await recorded()) < 60);
      for (const gateway of before) await bed.kill(gateway)
      await bed.redis.client().flushAll()
      const after = await bed.two(wanted)
      await flood(after, 'paced', 200)
      expect(bed.mock.requests.length).toBeLessThanOrEqual(100)
      expect(bed.mock.requests.length).toBeGreaterThan(90)
      for (const gateway of after) while ((await standings(gateway, 'key=paced'))[0].used !== bed.mock.requests.length);
    } finally {
      for (const gateway of bed.running()) await bed.stop(gateway)
      await schema.drop()
    }
  })
})

describe('a Redis that is away', () => {
  it('lets calls go on until what is leased has run out, and then refuses them in clear words', async () => {
    const gateways = await bed.two(limited(10_000))
    const [a, b] = gateways
    await flood(gateways, 'paced', 600)
    const before = bed.mock.requests.length
    await bed.redis.kill()
    const statuses = await flood(gateways, 'paced', 4000)
    expect(count(statuses, 200)).toBeGreaterThan(50)
    expect(count(statuses, 200) + count(statuses, 503)).toBe(statuses.length)
    expect(bed.mock.requests.length - before).toBe(count(statuses, 200))
    const refused = await ask(a, 'paced')
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toBe('1')
    expect(refused.json.error.message).toContain('10000 requests per day cannot be told now')
    expect((await ask(a, 'free')).status).toBe(200)
    await until(
      b,
      /^Budgets are spent as far as this gateway has leases of them, and then refused: Redis cannot be reached/,
    )
    expect((await ready(b)).ready).toBe(true)
    expect(await metric(b)).toBe('0')
    await bed.redis.start()
    for (const gateway of gateways) {
      while ((await ask(gateway, 'paced')).status !== 200);
      await until(gateway, undefined)
      expect(await metric(gateway)).toBe('1')
    }
    // One of them was under no budget.
    while ((await standings(a, 'key=paced'))[0].used !== bed.mock.requests.length - 1);
  })

  it('or takes asks and never answers, costs a call no more than the time of one answer', async () => {
    const { hostname, port } = new URL(bed.redis.url)
    const way = await openCuttableWay({ host: hostname, port: Number(port) })
    try {
      const gateway = await bed.start('a', limited(10_000, { url: `redis://127.0.0.1:${way.port}` }))
      await flood([gateway], 'paced', 400)
      const before = bed.mock.requests.length
      way.silence()
      const begun = performance.now()
      const statuses = await flood([gateway], 'paced', 1600)
      expect(count(statuses, 200)).toBeGreaterThan(20)
      expect(count(statuses, 200) + count(statuses, 503)).toBe(statuses.length)
      expect(bed.mock.requests.length - before).toBe(count(statuses, 200))
      expect(performance.now() - begun).toBeLessThan(15_000)
      await until(gateway, /Redis does not answer in time/)
      way.mend()
      while ((await ask(gateway, 'paced')).status !== 200);
      await until(gateway, undefined)
    } finally {
      await way.close()
    }
  })

  it('has calls refused at once where that is wanted', async () => {
    const gateway = await bed.start('a', limited(10_000, { whenAway: 'refuse' }))
    await flood([gateway], 'paced', 300)
    await bed.redis.kill()
    await until(gateway, /^Calls under budgets are refused: Redis cannot be reached/)
    const before = bed.mock.requests.length
    const statuses = await flood([gateway], 'paced', 100)
    expect(count(statuses, 503)).toBe(statuses.length)
    expect(bed.mock.requests).toHaveLength(before)
    expect((await ask(gateway, 'free')).status).toBe(200)
    await bed.redis.start()
    while ((await ask(gateway, 'paced')).status !== 200);
  })

  it.each([
    ['wants a password', 'NOAUTH', 'CONFIG SET requirepass hunter2', 'CONFIG SET requirepass'],
    ['has no memory left', 'OOM', 'CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0'],
    ['is a copy that takes no writes', 'READONLY', 'REPLICAOF 127.0.0.1 1', 'REPLICAOF NO ONE'],
  ])('that %s gives nothing, and gives again when that is over', async (_, code, begin, end) => {
    const gateway = await bed.start('a', limited(10_000))
    expect((await ask(gateway, 'paced')).status).toBe(200)
    const admin = await openAdmin(bed.redis.url)
    try {
      await admin.tell(...begin.split(' '))
      // Who has connected before is asked for no password.
      await admin.tell('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await until(gateway, new RegExp(`Redis refuses \\(${code}\\)`))
      while ((await ask(gateway, 'paced')).status === 200);
      expect((await ask(gateway, 'paced')).status).toBe(503)
      expect((await control(gateway, '/readyz')).text).not.toContain('hunter2')
      await admin.tell(...end.split(' '), ...(code === 'NOAUTH' ? [''] : []))
      while ((await ask(gateway, 'paced')).status !== 200);
      await until(gateway, undefined)
    } finally {
      admin.close()
    }
  })

  it('at the start lets no call pass that is under a budget, and calls pass as soon as it is there', async () => {
    await bed.redis.kill()
    const gateway = await bed.start('a', limited(100))
    expect((await ask(gateway, 'paced')).status).toBe(503)
    expect((await ask(gateway, 'free')).status).toBe(200)
    await bed.redis.start()
    while ((await ask(gateway, 'paced')).status !== 200);
  })
})
