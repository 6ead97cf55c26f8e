/** Writes the index of each kind of catalogue item from the files in its folder, and the table of providers. */
import { readdir } from 'node:fs/promises'
import { rowProviders } from '../src/catalog/provider-rows.ts'
import type { Provider } from '../src/core/model/provider.ts'
import type { GeneratedFile } from './generated-file.ts'

const catalogue = new URL('../src/catalog/', import.meta.url)

export async function generate(): Promise<readonly GeneratedFile[]> {
  const dialects = await itemFiles('dialects')
  const providers = await itemFiles('providers')
  const endpoints = await itemFiles('endpoints')
  const detectors = await itemFiles('detectors')
  return [
    { path: 'src/catalog/dialects.generated.ts', content: await dialectIndex(dialects) },
    { path: 'src/catalog/providers.generated.ts', content: providerIndex(providers) },
    { path: 'src/catalog/endpoints.generated.ts', content: endpointIndex(endpoints) },
    { path: 'src/catalog/detectors.generated.ts', content: detectorIndex(detectors) },
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
    "import type { Dialect } from '../core/model/dialect.ts'\n",
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
    "import type { Provider } from '../core/model/provider.ts'\n",
    "import { rowProviders } from './provider-rows.ts'\n",
    ...files.map((file) => `import ${camelCase(file)} from './providers/${file}.ts'\n`),
    '\n/** Those with a file of their own, which come first where a name could mean several, and those of the table. */\n',
    'export const providers = {\n',
    ...files.map((file) => `  '${file}': ${camelCase(file)},\n`),
    '  ...rowProviders,\n} satisfies Readonly<Record<string, Provider>>\n',
  ].join('')
}

function detectorIndex(files: readonly string[]): string {
  return [
    header,
    "import type { Detector } from '../core/inspection/detection.ts'\n",
    ...files.map((file) => `import ${camelCase(file)} from './detectors/${file}.ts'\n`),
    '\nexport const detectors = {\n',
    ...files.map((file) => `  '${file}': ${camelCase(file)},\n`),
    // Settings are parsed by the schema that stands beside the function that takes them.
    '} as Readonly<Record<string, Detector>>\n',
  ].join('')
}

function endpointIndex(files: readonly string[]): string {
  return [
    header,
    "import type { PassThroughEndpoint } from '../core/calls/call.ts'\n",
    ...files.map((file) => `import ${camelCase(file)} from './endpoints/${file}.ts'\n`),
    '\n/** Endpoints beyond chat, whose bodies pass through. */\n',
    'export const endpoints: readonly PassThroughEndpoint[] = [\n',
    ...files.map((file) => `  ${camelCase(file)},\n`),
    ']\n',
  ].join('')
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

async function providerTable(files: readonly string[]): Promise<string> {
  const own: Provider[] = []
  for (const file of files) {
    own.push(((await import(new URL(`providers/${file}.ts`, catalogue).href)) as { default: Provider }).default)
  }
  const rows = Object.values(rowProviders)
  const optionRows = own.flatMap(({ id, options = {} }) =>
    Object.entries(options).map(([name, says]) => `| ${code(id)} | ${code(name)} | ${says} |`),
  )
  return `<!-- Written by scripts/generate-catalogue.ts from src/catalog/providers/ and src/catalog/provider-rows.ts. Do not edit. -->

# Providers

There are ${own.length + rows.length}. With no configuration, an account is made for each provider whose variables are set; the first
variable that is set wins, and those joined with + count together. A client that speaks one of the dialects named reaches the provider in that dialect, byte for
byte; others are translated to the first one.

## With a credential scheme or quirks of their own

Each is one file in \`src/catalog/providers/\`. Dropped fields are those that the vendor refuses; they are named in the
\`x-portcullis-dropped\` header and in the call's record.

| id | provider and its documentation | dialects | variables | base URL | dropped fields |
|---|---|---|---|---|---|
${own.map((provider) => `${cells(provider)} ${provider.traits?.unsupported?.map(code).join(', ') ?? '–'} |`).join('\n')}

## The others

Each is one line of \`src/catalog/provider-rows.ts\`. Addresses and variables are those of
[models.dev](https://models.dev) (MIT licence, 2026-07-02) and of the vendors' documentation.

| id | provider and its documentation | dialects | variables | base URL |
|---|---|---|---|---|
${rows.map(cells).join('\n')}

## Options

Under \`options\` of an account. They are not secret: the one secret of an account is its \`apiKey\`. What credentials each
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
name exists. How they are updated, and said by hand: [guides/catalogue.md](guides/catalogue.md).
`
}

/** The cells that each provider has, with the bar in front and behind. */
function cells(provider: Provider): string {
  const { id, title, dialect, alsoSpeaks = [], baseUrl, addressOf, docs } = provider
  const dialects = [dialect, ...alsoSpeaks.map((surface) => surface.dialect)].map(({ title: name }) => name).join(', ')
  const address = baseUrl !== undefined ? code(baseUrl) : addressOf === undefined ? 'from the account' : 'from options'
  return `| ${code(id)} | [${title}](${docs}) | ${dialects} | ${variablesOf(provider)} | ${address} |`
}

function variablesOf({ environment: { apiKey, baseUrl, options = {}, together } }: Provider): string {
  const single = [...apiKey, ...baseUrl, ...Object.values(options).flat()].map(code)
  const joint = [
    ...(together?.apiKey === undefined ? [] : [together.apiKey]),
    ...Object.values(together?.options ?? {}),
  ]
  return [...single, ...(joint.length === 0 ? [] : [joint.map(code).join(' + ')])].join(', ') || '–'
}

function code(text: string): string {
  return `\`${text}\``
}
