import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { post } from './support/client.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

describe('portcullis calls export', () => {
  it('writes calls with their bodies, or as examples to train with', async () => {
    const made = await bed.control('keys', 'create', 'exporter')
    const key = made.stdout.trim()
    const { headers } = await bed.ask('Hello', { key })
    const id = headers['x-portcullis-call-id']
    await post(
      `${bed.gateway.url}/v1/messages`,
      { model: 'demo/echo', max_tokens: 50, system: 'Be brief.', messages: [{ role: 'user', content: 'Good night' }] },
      { headers: { 'x-api-key': key } },
    )
    await post(
      `${bed.gateway.url}/v1/messages`,
      { model: 'demo/none', max_tokens: 5, messages: [] },
      { headers: { 'x-api-key': key } },
    )
    await post(
      `${bed.gateway.url}/v1/feedback`,
      { call_id: id, value: 4 },
      { headers: { authorization: `Bearer ${key}` } },
    )
    // Calls are in the record a moment after their answers.
    let whole = await bed.control('calls', 'export', '--key', 'exporter')
    while (!whole.stderr.startsWith('3 ')) whole = await bed.control('calls', 'export', '--key', 'exporter')
    const lines = whole.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(3)
    expect(whole.stderr).toBe('3 written, 0 left out.\n')
    expect(lines.at(-1)).toMatchObject({ id, input: { model: 'demo/echo' }, feedback: [{ value: 4 }] })
    const examples = await bed.control('calls', 'export', '--key', 'exporter', '--format', 'openai-chat')
    expect(examples.stderr).toBe('2 written, 1 left out.\n')
    expect(
      examples.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Good night' },
          { role: 'assistant', content: '[demo] Good night' },
        ],
      },
      {
        messages: [
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: '[demo] Hello' },
        ],
      },
    ])
    const best = await bed.control('calls', 'export', '--key', 'exporter', '--feedback', 'good', '--max', '1')
    expect(JSON.parse(best.stdout).id).toBe(id)
  })

  it('says in a sentence what is wrong', async () => {
    for (const wrong of [
      ['--format', 'csv'],
      ['--feedback', 'maybe'],
    ]) {
      const refused = await bed.control('calls', 'export', ...wrong)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(sentence)
    }
  })
})
