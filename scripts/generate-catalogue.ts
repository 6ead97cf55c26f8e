/** Writes the index of each kind of catalogue item from the files in its folder, and the table of providers. */
import { readdir } from 'node:fs/promises'
import type { Provider } from '../src/core/provider.ts'
import type { GeneratedFile } from './generated-file.ts'

const catalogue = new URL('../src/catalog/', import.meta.url)

export async function generate(): Promise<readonly GeneratedFile[]> {
  const dialects = await itemFiles('dialects')
  const providers = await itemFiles('providers')
  return [
    { path: 'src/catalog/dialects.generated.ts', content: await dialectIndex(dialects) },
    { path: 'src/catalog/providers.generated.ts', content: providerIndex(providers) },
    { path: 'docs/PROVIDERS.md', content: await providerTable(providers) },
  ]
}

/** Names without `.ts` of the items of a kind. A folder beside an item holds its parts. */
async function itemFiles(kind: string): Promise<readonly string[]> {
  const entries = await readdir(new URL(`${kind}/`, catalogue), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /^[a-z0-9-]+\.ts$/.test(entry.name))
    .map((entry) => entry.name.slice(0, -3))
    .sort()
}

const header = '// Written by scripts/generate-catalogue.ts. Do not edit.\n'

/** A file of the folder is a dialect when it exports one; the others are parts of a dialect. */
async function dialectIndex(files: readonly string[]): Promise<string> {
  const dialects: { readonly file: string; readonly name: string; readonly id: string }[] = []
  for (const file of files) {
    const module = (await import(new URL(`dialects/${file}.ts`, catalogue).href)) as Record<string, unknown>
    for (const [name, value] of Object.entries(module)) {
      if (isDialect(value)) dialects.push({ file, name, id: value.id })
    }
  }
  return [
    header,
    "import type { Dialect } from '../core/dialect.ts'\n",
    ...dialects.map(({ file, name }) => `import { ${name} } from './dialects/${file}.ts'\n`),
    '\n',
    `export type DialectId = ${dialects.map(({ id }) => `'${id}'`).join(' | ')}\n\n`,
    'export const dialects: Readonly<Record<DialectId, Dialect>> = {\n',
    ...dialects.map(({ name, id }) => `  '${id}': ${name},\n`),
    '}\n',
  ].join('')
}

function isDialect(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && 'decodeRequest' in value
}

function providerIndex(files: readonly string[]): string {
  return [
    header,
    "import type { Provider } from '../core/provider.ts'\n",
    ...files.map((file) => `import ${camelCase(file)} from './providers/${file}.ts'\n`),
    '\nexport type ProviderId =\n',
    ...files.map((file) => `  | '${file}'\n`),
    '\nexport const providers: Readonly<Record<ProviderId, Provider>> = {\n',
    ...files.map((file) => `  '${file}': ${camelCase(file)},\n`),
    '}\n',
  ].join('')
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

async function providerTable(files: readonly string[]): Promise<string> {
  const rows: string[] = []
  const optionRows: string[] = []
  for (const file of files) {
    const { default: provider } = (await import(new URL(`providers/${file}.ts`, catalogue).href)) as {
      default: Provider
    }
    const { id, title, dialect, environment, baseUrl, docs } = provider
    const { apiKey, baseUrl: addresses, options = {}, together } = environment
    const single = [...apiKey, ...addresses, ...Object.values(options).flat()].map((name) => `\`${name}\``)
    const joint = [
      ...(together?.apiKey === undefined ? [] : [together.apiKey]),
      ...Object.values(together?.options ?? {}),
    ]
    const variables = [...single, ...(joint.length === 0 ? [] : [joint.map((name) => `\`${name}\``).join(' + ')])].join(
      ', ',
    )
    for (const [name, says] of Object.entries(provider.options ?? {})) {
      optionRows.push(`| \`${id}\` | \`${name}\` | ${says} |`)
    }
    const dropped = provider.traits?.unsupported?.map((name) => `\`${name}\``).join(', ')
    rows.push(
      `| \`${id}\` | [${title}](${docs}) | ${dialect.title} | ${variables || '–'} | ${
        baseUrl !== undefined
          ? `\`${baseUrl}\``
          : provider.addressOf === undefined
            ? 'from the account'
            : 'from options'
      } | ${dropped ?? '–'} |`,
    )
  }
  return `<!-- Written by scripts/generate-catalogue.ts from src/catalog/providers/. Do not edit. -->

# Providers

Each provider is one file in \`src/catalog/providers/\`. With no configuration, an account is made for each provider
whose variables are set; the first variable that is set wins, and those joined with + count together. Dropped fields are those that the vendor refuses; they
are named in the \`x-portcullis-dropped\` header and in the call's record.

| id | provider and its documentation | dialect | variables | base URL | dropped fields |
|---|---|---|---|---|---|
${rows.join('\n')}

## Options

Under \`options\` of an account. They are never secret: the one secret of an account is its \`apiKey\`. What credentials each
provider takes is in [guides/credentials.md](guides/credentials.md).

| provider | option | meaning |
|---|---|---|
${optionRows.join('\n')}

## Models and prices

Facts and prices in \`src/catalog/models/*.generated.json\` come from [models.dev](https://models.dev) (MIT licence), as of
the date in each file, in our own schema: nano-USD per token, which is USD per million tokens times 1,000. A price that
is not known stays unknown, and so does the cost; it is never taken for zero. What a price per token cannot say is not in
the cost: Perplexity's fee per search request, and dearer audio input tokens. Prices of \`demo\` models are made up.
A dated name (\`gpt-5-mini-2025-08-07\`) takes the facts of the undated one, and the other way round when only one dated
name exists.
`
}
