import { providers as catalogued } from '../catalog/providers.generated.ts'
import { usdPerMillion } from '../core/model/prices.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { type Command, printable, readArguments, table, UsageError } from './command.ts'
import { defaultConfigPath } from './config-path.ts'

const allProviders = Object.values(catalogued)

export const providers: Command = {
  summary: 'list the providers of the catalogue',
  help: 'Usage: portcullis providers',
  run(args) {
    readArguments(args, {})
    const rows = allProviders.map(({ id, dialect, baseUrl, environment }) => [
      id,
      dialect.id,
      environment.apiKey.join(', '),
      baseUrl ?? '',
    ])
    process.stdout.write(table(['ID', 'DIALECT', 'CREDENTIAL', 'BASE URL'], rows))
    return Promise.resolve(0)
  },
}

export const models: Command = {
  summary: 'list the models of the catalogue with their prices',
  help: `Usage: portcullis models [text] [--provider <id>] [--config <file>] [--data <directory>]

  --config <file>     whose \`catalog\` section counts first; default ${defaultConfigPath} if there is one
  --data <directory>  where \`portcullis catalog update\` left a catalogue; default ./data

Prices in USD per million tokens.`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      { provider: { type: 'string' }, config: { type: 'string' }, data: { type: 'string', default: './data' } },
      1,
    )
    const known = allProviders.map(({ id }) => id)
    if (values.provider !== undefined && !known.includes(values.provider)) {
      throw new UsageError(`There is no provider "${values.provider}"; there are ${known.join(', ')}.`)
    }
    const text = positionals[0]?.toLowerCase() ?? ''
    const { configInUse } = await import('./config-in-use.ts')
    const { listModels } = configInUse(values.config, values.data).models
    const all = allProviders
      .filter(({ id }) => values.provider === undefined || id === values.provider)
      .flatMap(({ id }) => listModels(id).map((model) => ({ name: `${id}/${model.id}`, model })))
    const rows = all
      .filter(({ name }) => name.toLowerCase().includes(text))
      .map(({ name, model: { price, contextTokens } }) => [
        name,
        String(contextTokens ?? ''),
        usd(price?.input),
        usd(price?.output),
      ])
    if (rows.length === 0) {
      const near = nearestNames(text, new Set(all.map(({ model: { id } }) => id)), 3)
      const meant = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
      process.stderr.write(`${printable(`The catalogue lists no model with "${text}" in its name.${meant}`)}\n`)
      return 1
    }
    process.stdout.write(table(['MODEL', 'CONTEXT TOKENS', 'INPUT USD/M', 'OUTPUT USD/M'], rows))
    return 0
  },
}

function usd(price: number | undefined): string {
  return price === undefined ? 'unknown' : String(usdPerMillion(price))
}
