import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DemoProvider, startDemoProvider } from './demo-provider.ts'

let demo: DemoProvider
beforeAll(async () => {
  demo = await startDemoProvider()
})
afterAll(() => demo.close())

it('only takes the secret of this process, on every path', async () => {
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${demo.secret}x`,
    `Bearer ${demo.secret.slice(1)}`,
    `Basic ${demo.secret}`,
  ]
  for (const authorization of wrong) {
    for (const path of ['/models', '/embeddings', '/chat/completions', '/elsewhere']) {
      const response = await fetch(demo.baseUrl + path, { headers: { authorization } })
      expect(response.status).toBe(401)
      expect(await response.text()).not.toContain(demo.secret)
    }
  }
  expect((await fetch(`${demo.baseUrl}/models`)).status).toBe(401)
})

it('has another secret in each start, and listens on the loopback interface only', async () => {
  const other = await startDemoProvider()
  expect(other.secret).not.toBe(demo.secret)
  expect(demo.secret.length).toBeGreaterThanOrEqual(43)
  expect(new URL(demo.baseUrl).hostname).toBe('127.0.0.1')
  await other.close()
})
