/**
 * Writes every generated file. With `--check` it writes nothing and fails when a file is not up to date.
 *
 * Each `scripts/generate-*.ts` that exports `generate` takes part. `generate-models.ts` does not: its input is not
 * in the repository.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Generate } from './generated-file.ts'

const root = new URL('..', import.meta.url)
const isCheck = process.argv.includes('--check')
let staleCount = 0

for (const name of (await readdir(new URL('.', import.meta.url))).sort()) {
  if (!/^generate-.*\.ts$/.test(name) || name.endsWith('.test.ts')) continue
  const { generate } = (await import(new URL(name, import.meta.url).href)) as { generate?: Generate }
  for (const { path, content } of (await generate?.()) ?? []) {
    const url = new URL(path, root)
    const before = await readFile(url, 'utf8').catch(() => undefined)
    if (before === content) continue
    staleCount++
    if (isCheck) {
      console.error(`${path} is not up to date: run \`npm run generate\` and commit the result.`)
    } else {
      await mkdir(dirname(url.pathname), { recursive: true })
      await writeFile(url, content)
      console.log(`wrote ${path}`)
    }
  }
}

if (isCheck && staleCount > 0) process.exitCode = 1
