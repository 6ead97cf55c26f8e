import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { commandLine } from './support/command-line.ts'

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
    expect(requests).toMatch(/^key spender +requests +5 +day +1 +0 +4 +\S+T00:00:00.000Z(?: +(?:\S+Z|–))?$/)
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

it('is asked of the control plane that the configuration beside names', async () => {
  const { port } = new URL(bed.gateway.controlUrl)
  const config = JSON.parse(await readFile(join(bed.directory, 'portcullis.yaml'), 'utf8'))
  const elsewhere = await mkdtemp(join(tmpdir(), 'portcullis-control-'))
  try {
    // A variable that is set for the gateway only stops nobody.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file.
    const file = { ...config, listen: { controlPort: Number(port) }, demo: '${NOT_SET_HERE}' }
    await writeFile(join(elsewhere, 'portcullis.yaml'), JSON.stringify(file))
    const { launch, close } = commandLine(() => elsewhere, {
      PORTCULLIS_ADMIN_TOKEN: 'admin-token-of-the-cli-0123456789abcdef',
    })
    const asked = await Promise.all(
      [
        ['budgets'],
        ['alerts', 'list'],
        ['consumption'],
        ['approvals'],
        ['policy', 'versions'],
        ['decisions', 'list'],
        ['routes', 'list'],
        ['privacy', 'holds'],
        ['calls', 'filters'],
      ].map((args) => launch(args).ended),
    )
    expect(asked.map(({ code, stderr }) => [code, stderr])).toEqual(asked.map(() => [0, '']))
    await close()
  } finally {
    await rm(elsewhere, { recursive: true, force: true })
  }
})
