/**
 * Writes `src/catalog/models/*.generated.json` from a dump of models.dev (MIT licence), whose format is known:
 *
 *   node scripts/generate-models.ts <folder with models.jsonl> <date of the dump, YYYY-MM-DD>
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromModelsDev, ModelsDevModel, modelsDevProviders } from '../src/catalog/models/models-dev.ts'

if (import.meta.main) await main()

async function main(): Promise<void> {
  const [folder, asOf] = process.argv.slice(2)
  if (folder === undefined || asOf === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(asOf)) {
    throw new Error('Usage: node scripts/generate-models.ts <folder with models.jsonl> <date of the dump, YYYY-MM-DD>')
  }
  const rows = (await readFile(join(folder, 'models.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { provider: string })
    .filter(({ provider }) => modelsDevProviders.has(provider))
    .map((line) => ({ provider: line.provider, model: ModelsDevModel.parse(line) }))
  const byProvider = Map.groupBy(rows, ({ provider }) => provider)

  for (const [id, models] of fromModelsDev((from) => byProvider.get(from)?.map(({ model }) => model) ?? [])) {
    const lines = models.map((model) => `    ${JSON.stringify(model)}`)
    const head = `{\n  "source": "models.dev (MIT licence)",\n  "asOf": "${asOf}",\n  "models": [\n`
    const url = new URL(`../src/catalog/models/${id}.generated.json`, import.meta.url)
    await writeFile(url, `${head}${lines.join(',\n')}\n  ]\n}\n`)
    console.log(`${id}: ${models.length} models, ${models.filter(({ price }) => price).length} with prices`)
  }
}
