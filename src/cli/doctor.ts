import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderAccount } from '../core/calls/registry.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { type Finding, missingCredential } from '../gateway/probe/diagnosis.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { examineAccounts } from '../server/doctor.ts'
import { allProviders } from '../server/engine.ts'
import { type Command, jsonLine, printableLines, readArguments, UsageError } from './command.ts'
import { configInUse } from './config-in-use.ts'
import { defaultConfigPath } from './start.ts'

export const doctor: Command = {
  summary: 'check each provider account with a real call',
  help: `Usage: portcullis doctor [account or provider] [options]

  --config <file>  configuration; default ${defaultConfigPath} if there is one
  --data <dir>     where \`portcullis catalog update\` left a catalogue; default ./data
  --model <name>   asks this model for one token, in place of the list of models
  --json           one JSON object

Accounts of the file and of the vendors' variables, each with the cheapest call that tells: the list of models, or one
token where there is no list or everybody may read it. Exit 1 when an account is broken, or when there is none.`,
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
    const { config, models } = configInUse(values.config, values.data)
    const accounts = accountsNamed(name, config.accounts)
    if (accounts.length === 0) {
      if (name === undefined) throw new Error(noAccounts)
      const provider = allProviders.find(({ id }) => id === name)
      if (provider === undefined) throw new UsageError(unknownName(name, config.accounts))
      return report([{ account: name, provider: name, ...missingCredential({ provider }) }], values.json)
    }
    const examined = await examineAccounts(accounts, config.limits, models, values.model, {
      config: config.secrets,
      kept: await keptIn(values.data),
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
      values.json,
    )
  },
}

/** Sealed credentials of a gateway's data directory, if there is one. */
async function keptIn(data: string) {
  // The audit log is there since the first start, wherever the records are.
  if (!existsSync(join(data, 'audit.db')) && !existsSync(join(data, 'control.db'))) return []
  const store = await openControlBeside(data, process.env)
  try {
    return store.credentials()
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

function report(lines: readonly Line[], isJson: boolean): number {
  const isWell = lines.every(({ verdict }) => verdict !== 'broken')
  process.stdout.write(isJson ? jsonLine({ ok: isWell, accounts: lines }) : textOf(lines))
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
