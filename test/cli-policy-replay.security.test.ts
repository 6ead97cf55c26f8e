import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed, teamKey } from './support/cli-bed.ts'
import { post } from './support/client.ts'
import type { Ended } from './support/command-line.ts'

const adminToken = 'admin-token-of-the-cli-0123456789abcdef'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

const inDirectory = async (name: string, content: string): Promise<string> => {
  const path = join(bed.directory, name)
  await writeFile(path, content)
  return path
}

const configured = (name: string, guardrail: object): Promise<string> =>
  inDirectory(
    name,
    JSON.stringify({
      guardrails: [{ id: 'own', points: ['input'], state: 'enforce', ...guardrail }],
      inspection: { preset: 'off' },
    }),
  )

const replay = (config: string, ...args: string[]): Promise<Ended> =>
  bed.cli('policy', 'replay', '--config', config, ...args)

describe('over the record of a running gateway', () => {
  const words = { detector: 'words', settings: { forbidden: ['merger'] } }
  const made = async (id: string, fields: object): Promise<string> => {
    const headers = { authorization: `Bearer ${adminToken}` }
    const body = { id, owner: 'x', ...fields }
    return (await post(`${bed.gateway.controlUrl}/api/v1/management-keys`, body, { headers })).json.key
  }
  const replayAs = async (token: string, ...args: string[]): Promise<Ended> => {
    const config = await configured('words.yaml', words)
    const asked = ['policy', 'replay', '--config', config, '--url', bed.gateway.controlUrl, '--json', ...args]
    return bed.launch(asked, { PORTCULLIS_ADMIN_TOKEN: token }).ended
  }

  it('whoever asks for another workspace learns nothing of its calls', async () => {
    const { id } = await bed.recorded(() => bed.ask('The merger is on.'))
    const own = await replayAs(await made('of-default', { role: 'admin', workspace: 'default' }))
    expect(JSON.parse(own.stdout).changed).toContainEqual(expect.objectContaining({ id, after: 'deny' }))

    const red = await made('of-red', { role: 'admin', workspace: 'red' })
    const other = await replayAs(red)
    expect(JSON.parse(other.stdout)).toMatchObject({ calls: 0, changed: [], undecided: [] })
    expect(await replayAs(red, '--workspace', 'default')).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(sentence),
    })
  })

  it.each([
    ['a virtual key', async () => teamKey],
    ['nobody’s token', async () => 'mk-nobody-0123456789abcdef'],
    ['who may not read what calls say', () => made('viewer', { role: 'viewer' })],
  ])('%s is told one sentence', async (_, token) => {
    await bed.recorded(() => bed.ask('The merger is on.'))
    const told = await replayAs(await token())
    expect(told).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) })
    expect(told.stderr).not.toContain('merger')
  })
})

describe('a text on record that was written to stall it', () => {
  it.each<[string, object, string]>([
    [
      'for a pattern',
      { detector: 'regex', settings: { patterns: [{ name: 'slow', pattern: '(a+)+$' }] } },
      'a'.repeat(60_000),
    ],
    [
      'for the ways to read a text',
      { detector: 'prompt-injection' },
      'gur naq nyy eht dna lla a\u200b&amp;%41'.repeat(1200),
    ],
    ['for terminals', { detector: 'words', settings: { forbidden: ['\u001b]0;'] } }, '\u001b]0;owned\u0007 \u001b[2J'],
  ])('%s is judged', async (name, guardrail, text) => {
    const { id } = await bed.recorded(() => bed.ask(`${name} ${text}`))
    const config = await configured('hostile.yaml', guardrail)
    const { code, stdout } = await replay(config, '--data', bed.dataDirectory, '--limit', '1', '--json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ calls: 1, skipped: 0, faults: [], undecided: [] })
    expect(stdout).not.toContain('\u001b')
    // What the detector says of it is its own matter.
    for (const one of report.changed) expect(one.id).toBe(id)
  })

  it('for a detector of a file, which never ends, is told of, and the calls after it are judged', async () => {
    const endless = `export default { name: 'odd', detect(text) {
      if (text.includes('for ever')) for (;;);
      return text.includes('TCK') ? [{ span: { start: 0, end: 3 } }] : []
    } }`
    await inDirectory('endless.js', endless)
    const { id: judged } = await bed.recorded(() => bed.ask('TCK'))
    const { id: stuck } = await bed.recorded(() => bed.ask('It goes on for ever.'))
    const config = await configured('endless.yaml', {
      detector: 'local',
      settings: { file: 'endless.js', timeoutMs: 50 },
    })
    const { code, stdout } = await replay(config, '--data', bed.dataDirectory, '--limit', '2', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      faults: [{ guardrail: 'own', calls: { after: 1 } }],
      undecided: [stuck],
      changed: [{ id: judged, after: 'deny' }],
    })
  })
})

describe('a file of a detector that cannot be used ends it with one sentence', () => {
  it.each([
    ['no code', 'export default {\n  nam e: 1\n}'],
    ['no detector', 'export default 7'],
    ['one that throws', "throw new Error('\\u001b[2J no\\nsecond line')"],
    ['one that ends the process', 'process.exit(0)'],
    ['one that waits for ever', 'await new Promise(() => {})\nexport default {}'],
    ['an empty one', ''],
    ['one that is not there', undefined],
  ])('%s', async (_, code) => {
    if (code !== undefined) await inDirectory('broken.js', code)
    const config = await configured('broken.yaml', {
      ...{ detector: 'local' },
      settings: { file: code === undefined ? 'none.js' : 'broken.js' },
    })
    const told = await replay(config, '--data', bed.dataDirectory)
    expect([told.code, told.stdout]).toEqual([1, ''])
    expect(told.stderr).toMatch(/^[^\n]*broken\.yaml:\d+:\d+ [^\n]*(?:broken|none)\.js[^\n]*\n$/)
    expect(told.stderr).not.toContain('\u001b')
  })
})
