import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderAccount } from '../core/calls/registry.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { type Finding, missingCredential } from '../gateway/probe/diagnosis.ts'
import { allProviders } from '../server/checked-config.ts'
import type { ControlStore } from '../server/control-records/control-store.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { examineAccounts } from '../server/doctor.ts'
import { unmatchedIn } from '../server/unmatched-keys.ts'
import { type Command, jsonLine, printable, printableLines, readArguments, UsageError } from './command.ts'
import { type ConfigInUse, configInUse, resolvedIn } from './config-in-use.ts'
import { defaultConfigPath } from './config-path.ts'

export const doctor: Command = {
  summary: 'check each provider account with a real call',
  help: `Usage: portcullis doctor [account or provider] [options]

  --config <file>  configuration; default ${defaultConfigPath} if there is one
  --data <dir>     where \`portcullis catalog update\` left a catalogue; default ./data
  --model <name>   asks this model for one token, in place of the list of models
  --json           one JSON object

Accounts of the file and of the vendors' variables, each with the cheapest call that tells: the list of models, or one
token where there is no list or everybody may read it. Exit 1 when an account is broken, or when there is none.
Warns of keys that are bound to models, accounts or endpoints which are not there.`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        config: { type: 'string' },
        data: { type: 'string', default: './data' },
        model: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      1,
    )
    const [name] = positionals
    const here = configInUse(values.config, values.data)
    const { config, models } = here
    const accounts = accountsNamed(name, config.accounts)
    if (accounts.length === 0) {
      if (name === undefined) throw new Error(noAccounts)
      const provider = allProviders.find(({ id }) => id === name)
      if (provider === undefined) throw new UsageError(unknownName(name, config.accounts))
      return report([{ account: name, provider: name, ...missingCredential({ provider }) }], [], values.json)
    }
    const kept = await keptIn(values.data)
    const examined = await examineAccounts(accounts, config.limits, models, values.model, {
      config: config.secrets,
      kept: kept.credentials,
    })
    return report(
      examined.map(({ account: { id, provider, source, baseUrl }, diagnosis, durationMs }) => ({
        account: id,
        provider: provider.id,
        source,
        baseUrl,
        ...diagnosis,
        durationMs: Math.round(durationMs),
      })),
      name === undefined ? keyWarnings(here, kept.keys) : [],
      values.json,
    )
  },
}

/** Sealed credentials and keys of a gateway's data directory, if there is one. */
async function keptIn(data: string): Promise<ControlRecords> {
  // The audit log is there since the first start, wherever the records are.
  if (!existsSync(join(data, 'audit.db')) && !existsSync(join(data, 'control.db'))) {
    return { credentials: [], keys: [] }
  }
  const store = await openControlBeside(data, process.env)
  try {
    return { credentials: store.credentials(), keys: store.keys() }
  } finally {
    await store.close()
  }
}

interface Line extends Finding {
  readonly account: string
  readonly provider: string
  readonly source?: string
  readonly baseUrl?: string
  readonly request?: string
  readonly durationMs?: number
}

/** An account's own name goes before a provider's, as in a model's name. */
function accountsNamed(name: string | undefined, accounts: readonly ProviderAccount[]): readonly ProviderAccount[] {
  if (name === undefined) return accounts
  const named = accounts.filter(({ id }) => id === name)
  return named.length > 0 ? named : accounts.filter(({ provider }) => provider.id === name)
}

const noAccounts =
  'There is no provider account; set a variable such as OPENAI_API_KEY, or add an entry under `providers`. docs/PROVIDERS.md has all.'

function unknownName(name: string, accounts: readonly ProviderAccount[]): string {
  const known = new Set([...accounts.map(({ id }) => id), ...allProviders.map(({ id }) => id)])
  const near = nearestNames(name, known, 1)[0]
  const help = near === undefined ? '; portcullis providers lists them.' : `; did you mean "${near}"?`
  return `There is no account and no provider "${name}"${help}`
}

interface ControlRecords {
  readonly credentials: ReturnType<ControlStore['credentials']>
  readonly keys: ReturnType<ControlStore['keys']>
}

/** What keys are bound to that is not there, of the file and of those that were made. */
function keyWarnings(here: ConfigInUse, keys: ControlRecords['keys']): readonly string[] {
  const around = resolvedIn(here)
  const ofFile = here.config.keyWarnings.map(({ line, message }) => `The keys of the file, line ${line}: ${message}`)
  const made = keys.filter(({ source, revokedAt }) => source !== 'file' && revokedAt === undefined)
  return [
    ...ofFile,
    ...made.flatMap((key) => unmatchedIn(key, around).map((message) => `The key "${key.id}": ${message}`)),
  ]
}

function report(lines: readonly Line[], warnings: readonly string[], isJson: boolean): number {
  const isWell = lines.every(({ verdict }) => verdict !== 'broken')
  process.stdout.write(isJson ? jsonLine({ ok: isWell, accounts: lines, warnings }) : textOf(lines))
  if (!isJson) for (const warning of warnings) process.stderr.write(`${printable(`Warning: ${warning}`)}\n`)
  return isWell ? 0 : 1
}

function textOf(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ account }) => account.length))
  const indent = ' '.repeat(width + 10)
  return lines
    .map(({ account, verdict, message, help, request, durationMs }) => {
      const asked = request === undefined ? '' : ` (${request}, ${durationMs} ms)`
      const first = `${account.padEnd(width)}  ${verdict.padEnd(6)}  ${message}${asked}`
      return `${printableLines(help === undefined ? first : `${first}\n${indent}${help}`)}\n`
    })
    .join('')
}
