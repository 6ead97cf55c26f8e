/** Copies the data files that the sources read at run time next to the compiled sources: `tsc` emits code only. */
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = 'catalog/models'
cpSync(path(`../src/${folder}`), path(`../dist/${folder}`), {
  recursive: true,
  filter: (source) => !source.endsWith('.ts'),
})

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
