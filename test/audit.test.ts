import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '../src/core/wire/canonical-json.ts'
import { readCheckpoint } from '../src/observe/audit/checkpoint.ts'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { hashOfLeaf, isConsistent, isIncluded } from './support/rfc9162.ts'

describe('the audit log', () => {
  let gateway: TestGateway
  beforeEach(async () => {
    gateway = await startTestGateway({})
  })
  afterEach(() => gateway.close())

  const change = (method: string, path: string, body?: unknown): Promise<WireReply> =>
    post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })
  const entries = async (): Promise<readonly Json[]> => (await gateway.control('/api/v1/audit?limit=200')).json.data
  const chat = { model: 'demo/echo', messages: [{ role: 'user', content: 'a very private question' }] }

  it('holds each change and each look at a call, in order, with nothing secret in it', async () => {
    const made = await change('POST', '/api/v1/keys', { id: 'fresh', models: ['demo/*'], owner: 'red' })
    await change('PATCH', '/api/v1/keys/fresh', { priority: 'low' })
    const rotated = await change('POST', '/api/v1/keys/fresh/rotate', { overlapSeconds: 60 })
    const pair = await change('POST', '/api/v1/keys/fresh/key-pair')
    await change('DELETE', '/api/v1/keys/fresh')
    await change('DELETE', '/api/v1/cache?workspace=default&tag=old')
    const { id } = await gateway.call(await gateway.post('/v1/chat/completions', chat))
    await gateway.control('/api/v1/calls?q=private')
    await gateway.control('/api/v1/calls', { authorization: 'Bearer a-wrong-token' })
    await gateway.control('/api/v1/calls', { authorization: 'Bearer a-wrong-token' })
    const all = await entries()
    expect(all.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['cli', 'gateway-started', gateway.configPath],
      ['admin-token', 'key-created', 'fresh'],
      ['admin-token', 'key-changed', 'fresh'],
      ['admin-token', 'key-rotated', 'fresh'],
      ['admin-token', 'key-pair-shown', 'fresh'],
      ['admin-token', 'key-revoked', 'fresh'],
      ['admin-token', 'cache-purged', 'default'],
      ['admin-token', 'call-read', id],
      ['admin-token', 'calls-searched', ''],
      ['unknown', 'admin-token-refused', ''],
    ])
    expect(all[1]?.details).toEqual({ workspace: 'default', models: ['demo/*'], owner: 'red' })
    expect(all[6]?.details).toEqual({ tag: 'old' })
    const secrets = [made.json.key, rotated.json.key, pair.json.secretAccessKey, gateway.key, gateway.adminToken]
    for (const secret of [...secrets, 'a-wrong-token', 'private']) expect(JSON.stringify(all)).not.toContain(secret)
  })

  it('has no entry for what is refused anyway', async () => {
    expect((await change('DELETE', '/api/v1/keys/nobody')).status).toBe(404)
    expect((await change('POST', '/api/v1/keys', { id: 'team-a' })).status).toBe(409)
    expect(await entries()).toHaveLength(1)
  })

  it('says which configuration was loaded and which was refused', async () => {
    const until = async (action: string): Promise<Json> => {
      for (;;) {
        const found = (await entries()).find((entry) => entry.action === action)
        if (found !== undefined) return found
      }
    }
    await writeFile(gateway.configPath, 'nonsense: true')
    expect(await until('config-refused')).toMatchObject({
      actor: 'file',
      subject: gateway.configPath,
      details: { sha256: '1e5ef337242c7e139153843248da63e57fa44d9b06fa81edd1797ae476ab20a3' },
    })
    await gateway.configure({ keys: [{ id: 'team-a', key: gateway.key }] })
    expect((await until('config-loaded')).details.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('proves by the rules of RFC 9162 that an entry is in a signed tree, and that the tree only grew', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await change('POST', '/api/v1/keys', { id })
    const first = readCheckpoint(canonicalJson((await gateway.control('/api/v1/audit/checkpoint')).json))
    for (const id of ['e', 'f', 'g']) await change('POST', '/api/v1/keys', { id })
    const second = readCheckpoint(canonicalJson((await gateway.control('/api/v1/audit/checkpoint')).json))
    if (first === undefined || second === undefined) throw new Error('A checkpoint has no right signature.')
    const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
    const all = await entries()
    expect([first.size, second.size]).toEqual([5, 8])
    for (const { size, root } of [first, second]) {
      for (const entry of all.slice(0, size)) {
        const { json } = await gateway.control(`/api/v1/audit/${entry.seq}/proof?size=${size}`)
        const leaf = hashOfLeaf(Buffer.from(canonicalJson(entry)))
        expect(json).toMatchObject({ entry, leafHash: leaf.toString('hex'), checkpoint: { size, root } })
        expect(isIncluded({ index: entry.seq, size, leaf, root: bytes(root) }, json.path.map(bytes))).toBe(true)
      }
    }
    const { json } = await gateway.control('/api/v1/audit/consistency?from=5&to=8')
    const [one, other] = [first, second].map(({ size, root }) => ({ size, root: bytes(root) }))
    expect(one !== undefined && other !== undefined && isConsistent(one, other, json.proof.map(bytes))).toBe(true)
    for (const path of [
      '99/proof',
      '7/proof?size=3',
      'x/proof',
      'consistency?from=9',
      'consistency?from=0',
      '?limit=1e9',
    ]) {
      const { status } = await gateway.control(`/api/v1/audit/${path}`)
      expect([400, 404]).toContain(status)
    }
    expect((await stat(join(gateway.directory, 'data', 'audit.key'))).mode & 0o777).toBe(0o600)
  })

  it('that cannot be written refuses changes and looks with one sentence, while calls go on', async () => {
    const call = await gateway.call(await gateway.post('/v1/chat/completions', chat))
    const lock = new DatabaseSync(join(gateway.directory, 'data', 'audit.db'))
    lock.exec('BEGIN IMMEDIATE')
    const refused = change('POST', '/api/v1/keys', { id: 'late' })
    expect((await gateway.post('/v1/chat/completions', chat)).status).toBe(200)
    expect(await refused).toMatchObject({
      status: 503,
      json: { error: { code: 'audit_unavailable', message: 'audit.db is locked by another process; try again.' } },
    })
    expect((await gateway.control(`/api/v1/calls/${call.id}`)).status).toBe(503)
    expect((await gateway.control('/api/v1/keys')).json.data.map((key: Json) => key.id)).toEqual(['team-a'])
    expect((await gateway.get('/readyz')).json).toMatchObject({ ready: true, status: 'degraded' })
    lock.exec('ROLLBACK')
    lock.close()
    expect((await change('POST', '/api/v1/keys', { id: 'late' })).status).toBe(201)
    expect((await gateway.get('/readyz')).json.status).toBe('ok')
  })

  it('that cannot be written holds back a changed configuration until it can be', async () => {
    const lock = new DatabaseSync(join(gateway.directory, 'data', 'audit.db'))
    lock.exec('BEGIN IMMEDIATE')
    const key = 'pk-test-of-the-changed-file-0123456789'
    await gateway.configure({ keys: [{ id: 'changed', key }] })
    while ((await gateway.get('/readyz')).json.status !== 'degraded');
    const ask = (): Promise<WireReply> =>
      gateway.post('/v1/chat/completions', chat, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask()).status).toBe(401)
    lock.exec('ROLLBACK')
    lock.close()
    while ((await ask()).status !== 200);
    expect((await entries()).filter(({ action }) => action === 'config-loaded')).toHaveLength(1)
  })

  it('whose last entry was altered, or that is gone, takes no more', async () => {
    const path = join(gateway.directory, 'data', 'audit.db')
    const database = new DatabaseSync(path)
    expect(() => database.exec("UPDATE entry SET line = ''")).toThrow('append-only')
    database.exec("DROP TRIGGER entry_no_update; UPDATE entry SET line = replace(line, 'started', 'stopped')")
    database.close()
    expect((await change('POST', '/api/v1/keys', { id: 'late' })).json.error.message).toContain(
      'holds an altered entry',
    )
    for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix)
    expect((await change('POST', '/api/v1/keys', { id: 'late' })).json.error.message).toContain('was moved away')
    expect((await gateway.post('/v1/chat/completions', chat)).status).toBe(200)
  })
})

describe('portcullis audit', () => {
  let bed: CliBed
  beforeAll(async () => {
    bed = await startCliBed()
  })
  afterAll(() => bed.close())

  it('exports what commands and the API have done, and verifies it offline', async () => {
    await bed.cli('keys', 'create', 'beside', '--data', bed.dataDirectory)
    await bed.control('keys', 'create', 'asked')
    await bed.cli('keys', 'revoke', 'beside', '--data', bed.dataDirectory)
    const [kept, exported] = [join(bed.directory, 'checkpoints'), join(bed.directory, 'audit.jsonl')]
    const checkpoint = await bed.cli('audit', 'checkpoint', '--data', bed.dataDirectory)
    const { stdout } = await bed.cli('audit', 'export', '--data', bed.dataDirectory)
    await writeFile(kept, checkpoint.stdout)
    await writeFile(exported, stdout)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'cli gateway-started',
      'cli key-created',
      'admin-token key-created',
      'cli key-revoked',
    ])
    const { publicKey } = JSON.parse(checkpoint.stdout) as { publicKey: string }
    const verify = (...args: string[]) => bed.cli('audit', 'verify', exported, ...args)
    const signed = ['--checkpoint', kept, '--public-key', publicKey]
    const whole = { code: 0, stdout: '4 entries, each as it was written.\n' }
    expect(await verify(...signed)).toMatchObject({ ...whole, stderr: '' })
    expect(await verify()).toMatchObject({ ...whole, stderr: expect.stringMatching(sentence) })
    expect((await verify('--checkpoint', kept, '--public-key', '0'.repeat(64))).stderr).toContain('another key')
    await writeFile(exported, `${lines.slice(0, 3).join('\n')}\n`)
    expect((await verify()).code).toBe(0)
    expect(await verify(...signed)).toMatchObject({ code: 1, stdout: expect.stringContaining('Entry 3 is missing') })
    await writeFile(exported, (await readFile(exported, 'utf8')).replace('"asked"', '"other"'))
    expect(await verify()).toMatchObject({ code: 1, stdout: expect.stringContaining('Entry 2 was altered') })
  })

  it('skips checkpoints that were cut off and says which, and refuses those that are whole and wrong', async () => {
    const [kept, exported] = [join(bed.directory, 'torn'), join(bed.directory, 'torn.jsonl')]
    const { stdout: line } = await bed.cli('audit', 'checkpoint', '--data', bed.dataDirectory)
    await writeFile(exported, (await bed.cli('audit', 'export', '--data', bed.dataDirectory)).stdout)
    const verify = async (text: string) => {
      await writeFile(kept, text)
      return await bed.cli('audit', 'verify', exported, '--checkpoint', kept)
    }
    const one = await verify(`${line.slice(0, 5)}\n${line}${line}\n${line.slice(0, 300)}`)
    expect(one.code).toBe(0)
    expect(one.stderr).toContain(`Lines 1 and 5 of ${kept} were cut off while they were written and are skipped.\n`)
    expect((await verify(`${line}${line.slice(0, -2)}`)).stderr).toContain(`Line 2 of ${kept} was cut off`)
    for (const wrong of ['nonsense', '{"at":1}', line.replace('"size":', '"size":1'), line.slice(0, 40) + line])
      expect(await verify(`${line}${wrong}\n`)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`Line 2 of ${kept} is no checkpoint`),
      })
    for (const empty of ['', '\n', line.slice(0, 50)]) {
      const { code, stderr } = await verify(empty)
      expect([code, stderr]).toEqual([2, expect.stringContaining(`There is no whole checkpoint in ${kept}.\n`)])
    }
  })

  it('says what cannot be read in one sentence, and not that anything was altered', async () => {
    const [missing, exported] = [join(bed.directory, 'missing'), join(bed.directory, 'there.jsonl')]
    await writeFile(exported, '')
    const gone = { code: 2, stdout: '', stderr: `There is no file ${missing}.\n` }
    expect(await bed.cli('audit', 'verify', missing)).toMatchObject(gone)
    expect(await bed.cli('audit', 'verify', exported, '--checkpoint', missing)).toMatchObject(gone)
    const folder = { code: 2, stdout: '', stderr: `${bed.directory} cannot be read (EISDIR).\n` }
    expect(await bed.cli('audit', 'verify', bed.directory)).toMatchObject(folder)
  })

  it('exports a log whose last entry was altered as it stands, for the verifier to name it', async () => {
    const directory = join(bed.directory, 'altered')
    await cp(bed.dataDirectory, directory, { recursive: true })
    const database = new DatabaseSync(join(directory, 'audit.db'))
    database.exec('DROP TRIGGER entry_no_update')
    database.exec("UPDATE entry SET line = replace(line, 'beside', 'nobody') WHERE seq = (SELECT max(seq) FROM entry)")
    database.close()
    const exported = join(bed.directory, 'altered.jsonl')
    const { code, stdout } = await bed.cli('audit', 'export', '--data', directory)
    expect(code).toBe(0)
    await writeFile(exported, stdout)
    const last = stdout.trimEnd().split('\n').length - 1
    const verified = await bed.cli('audit', 'verify', exported)
    expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining(`Entry ${last} was altered`) })
  })

  it('says what is wrong with its arguments', async () => {
    for (const args of [
      ['audit'],
      ['audit', 'verify'],
      ['audit', 'export', 'file'],
      ['audit', 'verify', 'x', '--public-key', 'y'],
    ]) {
      const refused = await bed.cli(...args)
      expect([refused.code, refused.stdout]).toEqual([2, ''])
      expect(refused.stderr).toMatch(sentence)
    }
    expect((await bed.cli('audit', 'export', '--data', 'nowhere')).stderr).toMatch(sentence)
  })
})
