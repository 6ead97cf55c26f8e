import { afterEach, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { closedPort } from './support/closed-port.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway | undefined
afterEach(async () => await gateway?.close())

it('whatever makes /readyz say degraded is told of: the Redis of budgets is away', async () => {
  const said: string[] = []
  gateway = await startTestGateway({
    config: { budgetAuthority: { store: 'redis', url: `redis://127.0.0.1:${await closedPort()}` } },
    log: (message) => void said.push(message),
  })
  const { status, reasons } = (await gateway.get('/readyz')).json
  expect(status).toBe('degraded')
  expect(reasons.join()).toContain('Redis')
  for (let alerts: Json[] = []; !alerts.some(({ kind }) => kind === 'degraded'); ) {
    alerts = (await gateway.control('/api/v1/alerts?limit=20')).json.data
    const told = alerts.filter(({ kind }) => kind === 'degraded').map(({ summary }) => summary)
    expect(reasons).toEqual(expect.arrayContaining(told))
  }
})
