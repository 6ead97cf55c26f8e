import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())

const embed = (body: unknown, token = bed.gateway.adminToken) =>
  post(`${bed.gateway.controlUrl}/api/v1/embed`, body, { headers: { authorization: `Bearer ${token}` } })

describe('POST /api/v1/embed', () => {
  it('gives one vector of length 1 for each text, close texts close together', async () => {
    const texts = ['How do I cancel my order?', 'how do I cancel an order', 'Where is Paris?']
    const { status, json } = await embed({ texts })
    expect(status).toBe(200)
    expect(json).toMatchObject({ embedder: 'lexical-1', dimensions: 4096 })
    const vectors: number[][] = json.vectors
    expect(vectors.map((vector) => Math.hypot(...vector))).toEqual(texts.map(() => expect.closeTo(1, 4)))
    const [first = [], near = [], far = []] = vectors
    const product = (a: number[], b: number[]): number =>
      a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
    expect(product(first, near)).toBeGreaterThan(0.7)
    expect(product(first, far)).toBeLessThan(0.3)
  })

  it.each([
    ['no texts', { texts: [] }, 400],
    ['too many texts', { texts: Array(257).fill('a') }, 400],
    ['a text that is too long', { texts: ['x'.repeat(8193)] }, 400],
    ['more than a body may hold', { texts: Array(20).fill('x'.repeat(8000)) }, 413],
    ['another field', { texts: ['a'], model: 'b' }, 400],
  ])('refuses %s', async (_what, body, status) => {
    expect((await embed(body)).status).toBe(status)
  })

  it('is for who has the admin token', async () => {
    expect((await embed({ texts: ['a'] }, 'wrong')).status).toBe(401)
  })
})
