import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Imports that the tree forbids, and such that it allows, each in a file of its own, judged by the project's rules. */
const planted = {
  'src/core/errors.ts': { from: '../server/start.ts', isAllowed: false },
  'src/core/calls/call.ts': { from: '../../gateway/route.ts', isAllowed: false },
  'src/core/calls/session.ts': { from: '../wire/json.ts', isAllowed: true },
  'src/gateway/admit.ts': { from: '../policy/guardrails/judge.ts', isAllowed: false },
  'src/gateway/routing/breaker.ts': { from: '../../registry/roles.ts', isAllowed: false },
  'src/gateway/routing/choose.ts': { from: '../../core/errors.ts', isAllowed: true },
  'src/gateway/inspection/guard.ts': { from: '../../catalog/detectors/pii.ts', isAllowed: false },
  'src/observe/audit/chain.ts': { from: '../../server/process/thread.ts', isAllowed: false },
  'src/policy/guardrails/judge.ts': { from: '../../observe/metrics.ts', isAllowed: false },
  'src/registry/roles.ts': { from: '../cli/main.ts', isAllowed: false },
  'src/catalog/providers/groq.ts': { from: '../../registry/roles.ts', isAllowed: false },
  'src/catalog/stores/sqlite/database.ts': { from: '../../../policy/guardrails/judge.ts', isAllowed: false },
  'src/catalog/providers/openai.ts': { from: '../dialects/openai-chat.ts', isAllowed: true },
  'src/server/wire.ts': { from: '../gateway/route.ts', isAllowed: true },
}

let folder: string
let report: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'architecture-'))
  const settings = JSON.parse(await readFile('biome.json', 'utf8')) as Record<string, unknown>
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...settings, $schema: undefined, vcs: undefined }))
  for (const [file, { from }] of Object.entries(planted)) {
    await mkdir(join(folder, dirname(file)), { recursive: true })
    await writeFile(join(folder, file), `export { it } from '${from}'\n`)
  }
  report = await new Promise((resolve) => {
    const options = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none']
    const biome = join(import.meta.dirname, '../node_modules/.bin/biome')
    execFile(biome, options, { cwd: folder }, (_fault, stdout) => resolve(stdout))
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(Object.entries(planted))('%s and its import: %o', (file, { isAllowed }) => {
  expect(report.includes(`/${file},`)).toBe(!isAllowed)
})
