import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ limits: { maxBodyBytes: 300_000 } })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = '/v1/responses'
const ask = (more: object) => bed.gateway.post(path, { model: 'clever', input: 'x', ...more })

function answer(text: string): void {
  const content = [{ type: 'text', text }]
  bed.anthropic.reply(unary({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, usage: {} }))
}

describe('a short body', () => {
  it('does not become a long one by naming a kept item again and again', async () => {
    answer('long'.repeat(10_000))
    const [item] = (await ask({})).json.output
    bed.reset()
    const reference = { type: 'item_reference', id: item.id }
    answer('fine')
    expect((await ask({ input: [reference, { role: 'user', content: 'And?' }] })).status).toBe(200)
    const reply = await ask({ input: Array.from({ length: 100 }, () => reference) })
    expect([reply.status, reply.json.error.message]).toEqual([400, expect.stringContaining('Duplicate item')])
    expect(bed.anthropic.requests).toHaveLength(1)
  })

  it('does not hold up others with looks for any number of replies', async () => {
    const input = Array.from({ length: 4500 }, (_, index) => ({ type: 'item_reference', id: `msg_none${index}_0` }))
    const reply = await ask({ input })
    expect([reply.status, reply.json.error.message]).toEqual([400, expect.stringContaining('replies')])
  })

  it('does not bring more of a conversation into memory than can be sent', async () => {
    let previous: string | undefined
    const statuses: number[] = []
    for (let turn = 0; turn < 8; turn++) {
      answer('y'.repeat(200_000))
      // The echo of the instructions is not sent again, but read.
      const reply = await ask({ instructions: 'i'.repeat(1000), previous_response_id: previous })
      statuses.push(reply.status)
      if (reply.status !== 200) break
      previous = reply.json.id
    }
    expect(statuses.at(-1)).toBe(413)
  })
})
