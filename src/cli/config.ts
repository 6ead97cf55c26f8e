import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { modelCatalogue } from '../catalog/models/model-facts.ts'
import { ConfigDocument } from '../server/config/schema.ts'
import { ConfigError, checkedConfig } from '../server/engine.ts'
import { type Command, printable, readArguments, UsageError } from './command.ts'
import { defaultConfigPath } from './start.ts'

export const config: Command = {
  summary: 'check a configuration file',
  help: `Usage: portcullis config check [file]    report every fault, exit 1 if there is one
       portcullis config schema          print the JSON Schema for editors`,
  run(args) {
    const { positionals } = readArguments(args, {}, 2)
    const [action, file = defaultConfigPath] = positionals
    if (action === 'schema') {
      process.stdout.write(configSchema())
      return Promise.resolve(0)
    }
    if (action !== 'check') throw new UsageError('Use: portcullis config check [file], or portcullis config schema.')
    return Promise.resolve(check(file))
  },
}

function check(file: string): number {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Error(`The file ${file} cannot be read.`)
  }
  try {
    const { accounts, keys, keysToGenerate } = checkedConfig(text, process.env, modelCatalogue())
    process.stdout.write(
      `${file} is valid: ${accounts.length} provider accounts, ${keys.length + keysToGenerate.length} keys.\n`,
    )
    return 0
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    for (const { line, column, message } of fault.faults)
      process.stderr.write(`${printable(`${file}:${line}:${column} ${message}`)}\n`)
    return 1
  }
}

/** JSON Schema of `portcullis.yaml`; `schema.json` at the root of the package is this text. */
export function configSchema(): string {
  const schema = z.toJSONSchema(ConfigDocument, { target: 'draft-2020-12', io: 'input' })
  return `${JSON.stringify({ title: 'portcullis.yaml', ...schema }, null, 2)}\n`
}
