import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { docx, paragraph } from './support/documents.ts'
import { startTestGateway } from './support/gateway.ts'

const salt = 'a-salt-of-the-fingerprints-test'
const contract =
  'The supplier shall deliver nine thousand blue widgets to the harbour of Rostock before the first snow falls.'
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-fingerprints-'))
  await writeFile(join(directory, 'contract.txt'), contract)
  await writeFile(join(directory, 'customers.txt'), 'KD-4711-0815\r\nAda Lovelace-King\nab\n')
  await writeFile(join(directory, 'short.txt'), 'Two words')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const cli = async (args: readonly string[], secret: string = salt, input = '') =>
  await new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { ...process.env, PORTCULLIS_FINGERPRINT_SALT: secret }
    const command = ['src/cli/main.ts', 'fingerprints', ...args]
    const child = execFile(process.execPath, command, { env }, (fault, stdout, stderr) =>
      resolve({ code: fault?.code ?? 0, stdout, stderr }),
    )
    child.stdin?.end(input)
  })
const file = (name: string): string => join(directory, name)

it('what the command prints lets a gateway know the data, and holds nothing of it', async () => {
  const made = [
    await cli([file('contract.txt'), '--id', 'contract-77']),
    await cli([file('customers.txt'), '--id', 'customers', '--values']),
  ]
  for (const { code, stdout } of made) {
    expect(code).toBe(0)
    for (const part of ['widgets', 'Rostock', '4711', 'Lovelace', salt]) expect(stdout).not.toContain(part)
  }
  const fingerprints = made.map(({ stdout }) => JSON.parse(stdout))
  const guardrail = { id: 'own', detector: 'exact-data-match', points: ['input'], state: 'enforce' }
  const gateway = await startTestGateway({
    config: { inspection: { preset: 'off' }, guardrails: [{ ...guardrail, settings: { salt, fingerprints } }] },
  })
  const statusOf = async (content: string): Promise<number> =>
    (await gateway.post('/v1/chat/completions', { model: 'demo/echo', messages: [{ role: 'user', content }] })).status
  expect(await statusOf(`Summarise: "${contract.slice(4, 90)}"`)).toBe(400)
  expect(await statusOf('Write to customer kd 47110815, please.')).toBe(400)
  expect(await statusOf('Write to customer KD-4711-0816 about widgets in Rostock.')).toBe(200)
  await gateway.close()
})

it('depends on the salt, and reads the standard input', async () => {
  const args = ['--id', 'c', '--values']
  const one = await cli(['-', ...args], salt, 'KD-4711-0815\n')
  const other = await cli(['-', ...args], `${salt}!`, 'KD-4711-0815\n')
  expect(JSON.parse(one.stdout).hashes).not.toBe(JSON.parse(other.stdout).hashes)
})

it.each([
  [[], salt, 'Name a file'],
  [['contract.txt'], salt, '--id'],
  [['contract.txt', '--id', 'x'.repeat(101)], salt, '--id'],
  [['contract.txt', '--id', 'c'], 'too-short', 'PORTCULLIS_FINGERPRINT_SALT'],
  [['short.txt', '--id', 'c'], salt, 'five words or more'],
  [['nothing.txt', '--id', 'c'], salt, 'cannot be read'],
])('says what is wrong with %j', async ([name, ...rest], secret, expected) => {
  const { code, stdout, stderr } = await cli(name === undefined ? [] : [file(name), ...rest], secret)
  expect([code === 0, stdout]).toEqual([false, ''])
  expect(stderr).toContain(expected)
  if (secret !== salt) expect(stderr).not.toContain(secret)
})

it('makes nothing of bytes that are no text, which would recognise nothing', async () => {
  await writeFile(file('contract.docx'), docx(paragraph(contract)))
  await writeFile(file('photo.png'), Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(600, 7)]))
  const say = (words: string) => ({ code: 2, stdout: '', stderr: expect.stringContaining(words) })
  expect(await cli([file('contract.docx'), '--id', 'c'])).toMatchObject(say('make a plain text of it first'))
  expect(await cli([file('photo.png'), '--id', 'c'])).toMatchObject(say('cannot be read'))
})
