import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed } from './support/cli-bed.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

const inDirectory = async (name: string, text: string): Promise<string> => {
  const path = join(bed.directory, name)
  await writeFile(path, text)
  return path
}

describe.concurrent('inspect', () => {
  it('tells what is found in a file, where, and what would be done', async () => {
    const file = await inDirectory('prompt.txt', 'Sign in with AKIAQ3EGTPXVZ5NHWL2M.')
    const shown = await bed.cli('inspect', file)
    expect([shown.code, shown.stdout]).toEqual([1, expect.stringMatching(/secrets +aws-access-key .* 13-33 /)])
    expect(shown.stdout).toContain('would redact it (secrets)')
    const { results } = { results: JSON.parse((await bed.cli('inspect', file, '--json')).stdout) }
    expect(results.decision).toMatchObject({ effect: 'redact', text: 'Sign in with [AWS_ACCESS_KEY].' })
  })

  it('ends well for a text in which nothing is found', async () => {
    const file = await inDirectory('clean.txt', 'The weather is fine today.')
    expect(await bed.cli('inspect', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing was found'),
    })
  })

  it('says what is wrong with what it is given', async () => {
    expect((await bed.cli('inspect')).stderr).toContain('Name a file')
    expect((await bed.cli('inspect', 'no-such-file')).stderr).toContain('no-such-file')
    expect((await bed.cli('inspect', '-', '--point', 'nowhere')).stderr).toContain('tool-result')
  })
})

describe('policy replay', () => {
  it('tells what other guardrails would have done to calls on record', async () => {
    const { id } = await bed.recorded(() => bed.ask('Tell me about the merger, please.'))
    const rule = (state: string, word: string) =>
      JSON.stringify({
        guardrails: [{ id: 'topics', detector: 'words', settings: { forbidden: [word] }, points: ['input'], state }],
        inspection: { preset: 'off' },
      })
    const before = await inDirectory('before.yaml', rule('shadow', 'merger'))
    const after = await inDirectory('after.yaml', rule('enforce', 'merger'))
    const args = ['policy', 'replay', '--config', after, '--before', before, '--data', bed.dataDirectory]
    const { code, stdout } = await bed.cli(...args, '--json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      guardrails: [
        { guardrail: 'topics', state: { before: 'shadow', after: 'enforce' }, calls: { before: 1, after: 1 } },
      ],
      effects: { before: { deny: 0 }, after: { deny: 1 } },
      changed: [{ id, before: 'allow', after: 'deny', guardrail: 'topics' }],
    })
    expect(report.policyVersions.before).not.toBe(report.policyVersions.after)
    expect(stdout).not.toContain('Tell me')
    expect((await bed.cli(...args)).stdout).toMatch(/topics +words +shadow → enforce +deny +1 +1/)
  })

  it('says what is missing', async () => {
    expect((await bed.cli('policy', 'replay')).stderr).toContain('--config')
    expect((await bed.cli('policy', 'undo')).stderr).toContain('replay')
  })
})
