/**
 * Writes every generated file. With `--check` it writes nothing and fails when a file is not up to date.
 *
 * Each `scripts/generate-*.ts` that exports `generate` takes part. `generate-models.ts` does not: its input is not
 * in the repository.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Generate, GeneratedFile } from './generated-file.ts'

const root = new URL('..', import.meta.url)

if (import.meta.main) await main()

async function main(): Promise<void> {
  const stale = await outdated(await allFiles(), root)
  for (const { path, content } of stale) {
    if (process.argv.includes('--check')) {
      console.error(`${path} is not up to date: run \`npm run generate\` and commit the result.`)
      process.exitCode = 1
    } else {
      const url = new URL(path, root)
      await mkdir(fileURLToPath(new URL('.', url)), { recursive: true })
      await writeFile(url, content)
      console.log(`wrote ${path}`)
    }
  }
}

async function allFiles(): Promise<readonly GeneratedFile[]> {
  const files: GeneratedFile[] = []
  for (const name of (await readdir(new URL('.', import.meta.url))).sort()) {
    if (!/^generate-[a-z-]+\.ts$/.test(name)) continue
    const { generate } = (await import(new URL(name, import.meta.url).href)) as { generate?: Generate }
    files.push(...((await generate?.()) ?? []))
  }
  return files
}

/** The files whose content below `folder` is another, or that are not there. */
export async function outdated(files: readonly GeneratedFile[], folder: URL): Promise<readonly GeneratedFile[]> {
  const before = await Promise.all(
    files.map(({ path }) => readFile(new URL(path, folder), 'utf8').catch(() => undefined)),
  )
  return files.filter(({ content }, index) => before[index] !== content)
}
