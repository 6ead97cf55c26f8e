import type { ModelCatalogue } from '../catalog/models/model-facts.ts'
import { type ModelPrice, usdPerMillion } from '../core/model/prices.ts'
import { catalogueInUse } from '../server/accounts/kept-catalogue.ts'
import { type CatalogueUpdate, updateCatalogue } from '../server/accounts/update-catalogue.ts'
import { allProviders } from '../server/checked-config.ts'
import { type Command, jsonLine, printableLines, readArguments, table, UsageError } from './command.ts'
import { configInUse } from './config-in-use.ts'

const publicCatalogue = 'https://models.dev/api.json'

export const catalog: Command = {
  summary: 'show where facts of models come from, or update them',
  help: `Usage: portcullis catalog [--config <file>]
       portcullis catalog update [--from <https URL or file>] [--allow-private-network]

  --data <directory>       where an update is kept; default ./data
  --config <file>          whose \`catalog\` section counts too; default portcullis.yaml if there is one
  --from <URL or file>     default ${publicCatalogue}; a catalogue of Portcullis, or one of that form
  --allow-private-network  for a mirror of your own
  --json                   one JSON object, with every change

An update is checked as a whole before it takes the place of the last one. A gateway uses it from its next start, its next
change of configuration or a SIGHUP on, and never fetches one by itself.`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        from: { type: 'string' },
        data: { type: 'string', default: './data' },
        config: { type: 'string' },
        'allow-private-network': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      1,
    )
    const [action] = positionals
    const isUpdate = action === 'update'
    if (action !== undefined && !isUpdate)
      throw new UsageError('Use: portcullis catalog, or portcullis catalog update.')
    if (!isUpdate && (values.from !== undefined || values['allow-private-network'])) {
      throw new UsageError('--from and --allow-private-network are for portcullis catalog update.')
    }
    if (!isUpdate) {
      const origins = originsOf(configInUse(values.config, values.data).models)
      const fault = catalogueInUse(values.data)
      fault.models()
      if (fault.fault() !== undefined) process.stderr.write(`${fault.fault()}\n`)
      process.stdout.write(values.json ? jsonLine({ origins }) : originsText(origins))
      return 0
    }
    const update = await updateCatalogue({
      from: values.from ?? publicCatalogue,
      dataDirectory: values.data,
      allowPrivateNetwork: values['allow-private-network'],
      today: new Date().toISOString().slice(0, 10),
    })
    for (const { provider, before, left } of update.changes.shrunk) {
      process.stderr.write(
        `Warning: of ${before} models of ${provider} ${left} ${left === 1 ? 'is' : 'are'} left: ${replacedWhole}\n`,
      )
    }
    process.stdout.write(values.json ? jsonLine(update) : printableLines(updateText(update)))
    return 0
  },
}

interface Origin {
  readonly source: string
  readonly asOf: string | null
  readonly providers: number
  readonly models: number
}

function originsOf({ listModels, sourceOf }: ModelCatalogue): readonly Origin[] {
  const found = new Map<string, { source: string; asOf: string | null; providers: Set<string>; models: number }>()
  for (const { id } of allProviders) {
    for (const model of listModels(id)) {
      const { name: source = '', asOf = null } = sourceOf(id, model.id) ?? {}
      const key = `${source} ${asOf}`
      const origin = found.get(key) ?? { source, asOf, providers: new Set(), models: 0 }
      found.set(key, origin)
      origin.providers.add(id)
      origin.models++
    }
  }
  return [...found.values()]
    .map((origin) => ({ ...origin, providers: origin.providers.size }))
    .sort((a, b) => b.models - a.models)
}

function originsText(origins: readonly Origin[]): string {
  return table(
    ['MODELS', 'PROVIDERS', 'AS OF', 'SOURCE'],
    origins.map(({ source, asOf, providers, models }) => [String(models), String(providers), asOf ?? '', source]),
  )
}

const replacedWhole =
  'a provider that an update mentions is replaced as a whole. Facts of single models go into `catalog.models` of the configuration.'

/** More than these are counted only; `--json` has all. */
const maxLines = 40

function updateText({ file, source, asOf, providers, models, leftOut, changes }: CatalogueUpdate): string {
  const { added, removed, prices } = changes
  const lines = [
    ...added.map((model) => `+ ${model}`),
    ...removed.map((model) => `- ${model}`),
    ...prices.map(({ model, before, after }) => `~ ${model}: ${priceText(before)} -> ${priceText(after)}`),
  ]
  const more = lines.length - maxLines
  return [
    ...lines.slice(0, maxLines),
    ...(more > 0 ? [`… and ${more} more; --json has all.`] : []),
    `${counted(added.length, 'model')} added, ${removed.length} removed, ${counted(prices.length, 'price')} changed.`,
    ...(leftOut.length > 0
      ? [
          `Left out, as they cannot be read or are of providers unknown here: ${leftOut.slice(0, 10).join(', ')}${leftOut.length > 10 ? `, … (${leftOut.length})` : ''}.`,
        ]
      : []),
    `${file} holds ${counted(models, 'model')} of ${counted(providers, 'provider')} from ${source}, ${asOf}.`,
    'A gateway uses it from its next start or change of configuration on, or when it gets SIGHUP.',
    '',
  ].join('\n')
}

/** USD per million tokens, input and output. */
function priceText(price: ModelPrice | undefined): string {
  return price === undefined ? 'unknown' : `${usdPerMillion(price.input)}/${usdPerMillion(price.output)}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
