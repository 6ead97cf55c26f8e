import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

it('takes what the guide of keys shows', async () => {
  const guide = await readFile(join(import.meta.dirname, '../docs/guides/keys.md'), 'utf8')
  const [, shell = ''] = /```sh\n(.*?)```/s.exec(guide) ?? []
  const lines = shell.trim().split('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    expect(words[0]).toBe('portcullis')
    const { code, stderr } = await bed.control(...words.slice(1))
    expect(`${line} ${code} ${code === 0 ? '' : stderr}`).toBe(`${line} 0 `)
  }
  const { stdout } = await bed.control('keys', 'list')
  expect(stdout).toMatch(/^search .* team blue +networks=192\.0\.2\.0\/24,10\.0\.0\.0\/8$/m)
  expect(stdout).toMatch(/^indexer .* costUsd=50\/month +endpoints=\/v1\/embeddings require-metadata=team,app$/m)
})

it('a key that it has bound is held to that by the gateway', async () => {
  const bound = await bed.control('keys', 'create', 'elsewhere', '--networks', '192.0.2.0/24')
  expect((await bed.ask('Hello', { key: bound.stdout.trim() })).status).toBe(403)
  const here = await bed.control('keys', 'create', 'here', '--networks', '127.0.0.1')
  expect((await bed.ask('Hello', { key: here.stdout.trim() })).status).toBe(200)
})

it.each([
  ['--networks', 'somewhere'],
  ['--networks', ''],
  ['--data-regions', 'e u'],
])('says what is wrong with %s %s', async (option, value) => {
  const refused = await bed.control('keys', 'create', 'wrong', option, value)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toMatch(sentence)
  expect(refused.stderr).toContain(option)
})
