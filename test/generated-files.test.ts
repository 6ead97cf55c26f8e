import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { outdated } from '../scripts/generate.ts'
import { groups } from '../scripts/generate-errors.ts'

const run = promisify(execFile)

it('every generated file is up to date', async () => {
  const script = fileURLToPath(new URL('../scripts/generate.ts', import.meta.url))
  await expect(run(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' })
})

it('a file that differs or is missing is outdated', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-generated-'))
  try {
    await writeFile(join(folder, 'same.md'), 'new')
    await writeFile(join(folder, 'old.md'), 'old')
    const files = ['same.md', 'old.md', 'missing.md'].map((path) => ({ path, content: 'new' }))
    const found = await outdated(files, pathToFileURL(`${folder}/`))
    expect(found.map(({ path }) => path)).toEqual(['old.md', 'missing.md'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('a code outside every group stops the generator', () => {
  const source = 'export const errorCatalogue = {\n  lonely: { status: 400 },\n} as const satisfies X'
  expect(() => groups(source)).toThrow('lonely')
})
