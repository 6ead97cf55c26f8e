import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed } from './support/cli-bed.ts'
import { post } from './support/client.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

const statusOf = async (key: string): Promise<number> => {
  const headers = { authorization: `Bearer ${key.trim()}` }
  return (await post(`${bed.gateway.controlUrl}/api/v1/whoami`, undefined, { method: 'GET', headers })).status
}

describe('portcullis access', () => {
  it('makes, lists and revokes management keys of a data directory, for the gateway that runs on it', async () => {
    const made = await bed.cli('access', 'create', 'eve', '--owner', 'Eve', '--role', 'auditor', '--expires', '30d')
    expect(made.stdout).toMatch(/^pcm_[\w-]{43}\n$/)
    expect(await statusOf(made.stdout)).toBe(200)
    expect((await bed.cli('access', 'list')).stdout).toMatch(/eve +Eve +\(all\) +auditor/)
    expect((await bed.cli('access', 'revoke', 'eve')).stdout).toBe('The management key "eve" is revoked.\n')
    expect(await statusOf(made.stdout)).toBe(401)
  })

  it('does the same through the control plane', async () => {
    const wanted = ['--owner', 'Bo', '--permissions', 'keys:read,calls:read', '--workspace', 'red']
    const made = await bed.control('access', 'create', 'bo', ...wanted)
    expect(await statusOf(made.stdout)).toBe(200)
    expect((await bed.control('access', 'list')).stdout).toMatch(/bo +Bo +red +keys:read,calls:read/)
    await bed.control('access', 'revoke', 'bo')
    expect(await statusOf(made.stdout)).toBe(401)
  })

  it('says what a key needs', async () => {
    for (const args of [
      ['--role', 'viewer'],
      ['--owner', 'o', '--role', 'king'],
      ['--owner', 'o'],
    ]) {
      const { code, stderr } = await bed.cli('access', 'create', 'x', ...args)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^Give <id>, --owner and either --role or --permissions/)
    }
    expect((await bed.cli('access', 'grant')).stderr).toBe('Use: portcullis access list, create or revoke.\n')
  })

  it('takes what the guide shows', async () => {
    const guide = await readFile(join(import.meta.dirname, '../docs/guides/access.md'), 'utf8')
    const [, shell = ''] = /```sh\n(.*?)```/s.exec(guide) ?? []
    const lines = shell.trim().split('\n')
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
      expect(words[0]).toBe('portcullis')
      const { code, stderr } = await bed.cli(...words.slice(1))
      expect(`${line} ${code} ${code === 0 ? '' : stderr}`).toBe(`${line} 0 `)
    }
  })
})
