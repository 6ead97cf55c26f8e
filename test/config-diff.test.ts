import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { plainEnvironment } from './support/plain-environment.ts'

const program = join(import.meta.dirname, '../bin/portcullis.js')
const literal = 'sk-written-into-the-file-0123456789'
let gateway: TestGateway
beforeAll(async () => {
  const apiKey = literal
  gateway = await startTestGateway({
    config: {
      providers: [{ id: 'own', provider: 'openai', apiKey }],
      models: { fast: { target: 'own/gpt-5-mini' } },
    },
  })
})
afterAll(() => gateway.close())

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function diff(text: string, args: readonly string[] = [], token = gateway.adminToken): Promise<Ended> {
  const file = join(gateway.directory, 'other.yaml')
  await writeFile(file, text)
  const child = spawn(process.execPath, [program, 'config', 'diff', file, '--url', gateway.controlUrl, ...args], {
    env: { ...plainEnvironment(), PORTCULLIS_ADMIN_TOKEN: token },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}

const text = (apiKey: string, more = ''): string => `
# Another order, another style, the same content.
models:
  fast:
    target: own/gpt-5-mini
providers: [{ provider: openai, id: own, apiKey: "${apiKey}" }]
keys: [{ id: team-a, key: ${gateway.key}, workspace: default, models: ['*'] }]
listen: { host: 127.0.0.1, port: 0, controlPort: 0 }
catalog: { discover: off }
${more}`

describe('config diff', () => {
  it('finds nothing in a file that says the same in other words', async () => {
    expect(await diff(text(literal))).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('shows none of several credentials of an account', async () => {
    const keys = ['sk-several-0123456789', 'sk-several-9876543210']
    const { stdout } = await diff(text(literal, '').replace(`apiKey: "${literal}"`, `apiKeys: ${JSON.stringify(keys)}`))
    expect(stdout).toContain('apiKeys[0]')
    expect(stdout).not.toContain('sk-several')
  })

  it('names what is new, gone and other by its place, and no credential', async () => {
    const found = await diff(text('sk-another-0123456789', 'limits: { deadlineMs: 5 }').replace("['*']", "['fast']"))
    expect(found).toMatchObject({ code: 1, stderr: '' })
    expect(found.stdout.split('\n').sort()).toEqual([
      '',
      '+ limits.deadlineMs: 5',
      '~ keys[team-a].models[0]: "*" -> "fast"',
      expect.stringMatching(/^~ providers\[own\]\.apiKey: a value of its own, \w{8} -> a value of its own, \w{8}$/),
    ])
    expect(found.stdout).not.toMatch(/sk-/)
  })

  it('compares variables by their names, and says the same as JSON', async () => {
    const { code, stdout } = await diff(text(`$${'{OWN_KEY}'}`), ['--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout).changes).toEqual([
      { path: 'providers[own].apiKey', running: expect.stringContaining('a value'), file: `"$${'{OWN_KEY}'}"` },
    ])
  })

  it('hides what stands among options and sounds like a secret', async () => {
    const account =
      '{ id: other, provider: azure-openai, options: { clientSecret: s-1, tenantId: t-1, tokenUrl: u-1 } }'
    const { stdout } = await diff(text(literal).replace('}]\nkeys', `}, ${account}]\nkeys`))
    expect(stdout).toMatch(/providers\[other\]\.options\.clientSecret: a value of its own/)
    expect(stdout).toContain('providers[other].options.tenantId: "t-1"')
    expect(stdout).toContain('providers[other].options.tokenUrl: "u-1"')
    expect(stdout).not.toContain('s-1')
  })

  it.each([
    ['a wrong token', 'demo: true', 'not-the-token-0123456789', /admin token is not right\.\n$/],
    ['a file that is no YAML', 'demo: [', undefined, /not valid YAML/],
  ])('with %s is not told for a difference', async (_name, content, token, message) => {
    const { code, stdout, stderr } = await diff(content, [], token)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('reads a configuration without a credential from the control plane', async () => {
    const reply = await gateway.control('/api/v1/config')
    expect(reply.json.data['models.fast.target']).toBe('"own/gpt-5-mini"')
    expect(reply.text).not.toContain(literal)
    expect(reply.text).not.toContain(gateway.key)
  })
})
