import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe.concurrent('budgets', () => {
  it('of a key are listed with what is used and left of each', async () => {
    const made = await bed.control(
      'keys',
      'create',
      'spender',
      '--limit',
      'requests=5/day',
      '--limit',
      'tokens=9000/month',
    )
    expect((await bed.ask('Hello', { key: made.stdout.trim() })).status).toBe(200)
    const list = () => bed.control('budgets', '--key', 'spender')
    let listed = await list()
    while (!/requests +5 +day +1 +0 +4 /.test(listed.stdout)) listed = await list()
    const [head, requests, tokens, end] = listed.stdout.split('\n')
    expect(head).toMatch(/^OWNER +GROUP +MEASURE +AMOUNT +PER +USED +RESERVED +LEFT +RESETS +ENDS ABOUT$/)
    expect(requests).toMatch(/^key spender +requests +5 +day +1 +0 +4 +\S+T00:00:00.000Z(?: +\S+Z)?$/)
    expect(tokens).toMatch(/^key spender +tokens +9000 +month +9 +0 +8991 +\S+Z$/)
    expect(end).toBe('')
  })

  it('are given as JSON, one object per line', async () => {
    await bed.control('keys', 'create', 'json', '--limit', 'concurrentCalls=5')
    const { stdout, code } = await bed.control('budgets', '--key', 'json', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ key: 'json', measure: 'concurrentCalls', per: null, used: 0, left: 5 })
  })

  it('of somebody who has none are an empty table, and wrong arguments a sentence', async () => {
    expect((await bed.control('budgets', '--key', 'nobody')).stdout.split('\n')).toHaveLength(2)
    for (const wrong of [['extra'], ['--keys', 'x'], ['--url', '127.0.0.1:1']]) {
      const refused = await bed.cli('budgets', ...wrong)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(sentence)
    }
  })
})
