import { afterEach, beforeEach, expect, it } from 'vitest'
import { post } from '../support/client.ts'
import { adminToken, ask, key, openSharedBed, type SharedBed, standings } from './shared-bed.ts'

let bed: SharedBed
beforeEach(async () => {
  bed = await openSharedBed()
})
afterEach(() => bed.close())

it('an erased person is in no name of a budget that gateways share, and gets nothing of it back', async () => {
  const [here, there] = await bed.two({
    keys: [key('team', {})],
    budgets: [{ id: 'each-user', groupBy: ['user'], requests: 4, per: 'day' }],
  })
  for (const gateway of [here, there, here]) expect((await ask(gateway, 'team', { user: 'Zelda77' })).status).toBe(200)
  const names = async (): Promise<string> => JSON.stringify(await standings(here, 'budget=each-user'))
  expect(await names()).toContain('zelda77')
  const headers = { authorization: `Bearer ${adminToken}` }
  const subject = { workspace: 'default', user: 'zelda77' }
  expect((await post(`${here.controlUrl}/api/v1/erasures`, subject, { headers })).status).toBe(201)
  expect(await names()).not.toContain('zelda77')
  // One of the four is left, at whichever gateway.
  const statuses: number[] = []
  for (let round = 0; round < 3; round++)
    for (const gateway of [here, there]) statuses.push((await ask(gateway, 'team', { user: 'zelda77' })).status)
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1)
  expect((await standings(here, 'budget=each-user'))[0]).toMatchObject({ amount: 4 })
})
