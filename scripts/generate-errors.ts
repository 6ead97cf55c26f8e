/** Writes `docs/ERRORS.md` from the table in `src/core/errors.ts`; its comments are the headings. */
import { readFile } from 'node:fs/promises'
import { errorCatalogue } from '../src/core/errors.ts'
import type { GeneratedFile } from './generated-file.ts'

export async function generate(): Promise<readonly GeneratedFile[]> {
  const source = await readFile(new URL('../src/core/errors.ts', import.meta.url), 'utf8')
  const sections: string[] = []
  for (const { title, codes } of groups(source)) {
    const rows = codes.map((code) => {
      const { status, retryable, help } = entries[code] ?? missing(code)
      return `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${help} |`
    })
    sections.push(`## ${title}\n\n| code | status | retryable | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`)
  }
  return [{ path: 'docs/ERRORS.md', content: `${introduction}\n${sections.join('\n')}` }]
}

const entries: Readonly<
  Record<string, { readonly status: number; readonly retryable: boolean; readonly help: string }>
> = errorCatalogue

const introduction = `<!-- Written by scripts/generate-errors.ts from src/core/errors.ts. Do not edit. -->

# Errors

Every fault has one code. The code is the contract; the message is for people and may change. A reply to a client has the
shape of the client's own dialect, so that its SDK raises its own error class. "Retryable" means that the same request may
succeed a little later, or at another target of a route. A provider's own status is passed on where it says more.
`

interface Group {
  readonly title: string
  readonly codes: readonly string[]
}

/** The comments on lines of their own inside the table, each with the codes below it. */
export function groups(source: string): readonly Group[] {
  const found: { title: string; codes: string[] }[] = []
  const table = source.slice(source.indexOf('export const errorCatalogue'), source.indexOf('} as const satisfies'))
  for (const line of table.split('\n')) {
    const title = /^ {2}\/\/ (.+)$/.exec(line)?.[1]
    if (title !== undefined) found.push({ title, codes: [] })
    const code = /^ {2}([a-z0-9_]+): \{/.exec(line)?.[1]
    if (code !== undefined) (found.at(-1) ?? missing(code)).codes.push(code)
  }
  const count = found.reduce((sum, { codes }) => sum + codes.length, 0)
  if (count !== Object.keys(errorCatalogue).length) throw new Error('Some codes of src/core/errors.ts were not found.')
  return found
}

function missing(code: string): never {
  throw new Error(`The code ${code} stands outside the table or its groups.`)
}
