import * as z from 'zod'
import { presetTexts } from '../policy/guardrails/preset-texts.ts'
import { catalogueInUse } from '../server/accounts/kept-catalogue.ts'
import { ConfigError, checkedConfig } from '../server/checked-config.ts'
import { inspectionInUse } from '../server/config/compile-guardrails.ts'
import { type ConfigFault, placedText } from '../server/config/read-document.ts'
import { readConfigFile } from '../server/config/read-file.ts'
import { ConfigDocument } from '../server/config/schema.ts'
import { checkFiles } from '../server/reload/check-files.ts'
import { readNamedFiles } from '../server/reload/read-named-files.ts'
import { tryDetectors } from '../server/reload/try-detectors.ts'
import type { RunningGateway } from '../server/running-gateway.ts'
import { type Command, jsonLine, printable, readArguments, UsageError } from './command.ts'
import { diff } from './config-diff.ts'
import { defaultConfigPath } from './config-path.ts'
import { explainedFaults } from './foreign-config.ts'

export const config: Command = {
  summary: 'check a configuration file, or compare it with the one in use',
  help: `Usage: portcullis config check [file ...] [--json]
                                         report every fault, exit 1 if there is one
       portcullis config diff [file] [--url <url>] [--json]
                                         what a running gateway would change; exit 0: nothing, 1: something
       portcullis config schema          print the JSON Schema for editors

  --config <file>     the file, as other commands take it
  --data <directory>  where \`check\` looks for an updated catalogue; default ./data
  --url <url>         of the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here

A difference is told by its place. Variables are compared by their names, credentials are never shown.`,
  run(args) {
    const { positionals, values } = readArguments(
      args,
      {
        json: { type: 'boolean', default: false },
        config: { type: 'string' },
        url: { type: 'string' },
        data: { type: 'string', default: './data' },
      },
      1000,
    )
    const [action, named, ...more] = positionals
    if (named !== undefined && values.config !== undefined) {
      throw new UsageError('Name the file once, with --config or without.')
    }
    const file = named ?? values.config ?? defaultConfigPath
    if (more.length > 0 && action !== 'check') throw new UsageError(`config ${action} takes one file.`)
    if (values.url !== undefined && action !== 'diff') throw new UsageError('--url is for portcullis config diff.')
    switch (action) {
      case 'check':
        return checkAll([file, ...more], values.json ? checkAsJson : check, values.data)
      case 'diff':
        return diff(file, values.url, values.json)
      case 'schema':
        process.stdout.write(configSchema())
        return Promise.resolve(0)
      default:
        throw new UsageError('Use: portcullis config check [file ...], config diff [file], or config schema.')
    }
  },
}

async function checkAll(
  files: readonly string[],
  checkOne: (file: string, data: string) => Promise<number>,
  data: string,
): Promise<number> {
  let code = 0
  for (const file of files) code = Math.max(code, await checkOne(file, data))
  return code
}

async function check(file: string, data: string): Promise<number> {
  const { config, faults } = await checked(file, data)
  const tell = (text: string): void => void process.stderr.write(`${printable(text)}\n`)
  if (config !== undefined) {
    process.stdout.write(
      `${file} is valid: ${counted(config.accounts.length, 'provider account')}, ${counted(config.keys, 'key')}.\n`,
    )
    const { preset, presets } = config.inspection
    const texts = presetTexts(presets, preset)
    for (const text of texts) process.stdout.write(`  ${printable(text)}\n`)
    for (const warning of config.warnings) tell(placedText(file, warning, 'warning'))
  }
  for (const fault of faults) tell(placedText(file, fault))
  return faults.length === 0 ? 0 : 1
}

/** For editors and pipelines: the same facts, always on stdout. */
async function checkAsJson(file: string, data: string): Promise<number> {
  const { config, faults } = await checked(file, data)
  process.stdout.write(jsonLine({ file, valid: faults.length === 0, faults, ...config }))
  return faults.length === 0 ? 0 : 1
}

interface Checked {
  readonly config?: {
    readonly accounts: readonly string[]
    readonly keys: number
    readonly inspection: Pick<RunningGateway['inspection'], 'preset' | 'presets'>
    readonly warnings: readonly ConfigFault[]
  }
  readonly faults: readonly ConfigFault[]
}

async function checked(file: string, data: string): Promise<Checked> {
  const text = readConfigFile(file)
  try {
    const files = readNamedFiles(text, process.env, file)
    const models = catalogueInUse(data).models()
    const { accounts, keys, keysToGenerate, guardrails, warnings } = checkedConfig(text, process.env, models, { files })
    checkFiles(text, process.env)
    await tryDetectors(text, process.env, files)
    const ids = accounts.map(({ id }) => id)
    const { preset, presets } = inspectionInUse(guardrails)
    const inspection = { preset, presets }
    return { config: { accounts: ids, keys: keys.length + keysToGenerate.length, inspection, warnings }, faults: [] }
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return { faults: explainedFaults(fault, file, text) }
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** JSON Schema of `portcullis.yaml`; `schema.json` at the root of the package is this text. */
export function configSchema(): string {
  const schema = z.toJSONSchema(ConfigDocument, { target: 'draft-2020-12', io: 'input' })
  return `${JSON.stringify({ title: 'portcullis.yaml', ...schema }, null, 2)}\n`
}
