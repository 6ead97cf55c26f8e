import type { HoldDescription } from '../server/control/consumption.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

const verbs = ['suspend', 'resume', 'approve'] as const

export const consumption: Command = {
  summary: 'list keys that are held for their consumption; suspend, resume and approve keys',
  help: `Usage: portcullis consumption [list] [--key <id>] [--json]
       portcullis consumption suspend <key> --reason <text>
       portcullis consumption resume <key>
       portcullis consumption approve <key>

  list shows keys that are held, and what the rules under \`consumption\` have found lately, of a running gateway.
  A suspended key is resumed, one that waits for approval is approved; the rule then leaves it alone for a while.

  --key <id>       only of this key
  --reason <text>  why; the calls of the key are told
  --json           one JSON object per line: those held, then what was found, then what is usual of each key

  --url <url>      the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        key: { type: 'string' },
        reason: { type: 'string' },
      },
      2,
    )
    const [asked = 'list', key] = positionals
    const verb = verbs.find((known) => known === asked)
    if (verb !== undefined) {
      if (key === undefined) throw new UsageError(`${verb} needs the id of a key.`)
      if (verb === 'suspend' && values.reason === undefined) throw new UsageError('suspend needs --reason.')
      const body = verb === 'suspend' ? { reason: values.reason } : {}
      // The control API's own shape.
      const hold = (await askControl(values.url, `/api/v1/consumption/${encodeURIComponent(key)}/${verb}`, {
        method: 'POST',
        body,
      })) as HoldDescription
      process.stdout.write(values.json ? jsonLine(hold) : `${done[verb]} ${hold.key} (decision ${hold.id}).\n`)
      return 0
    }
    if (asked !== 'list') throw new UsageError(`There is no "${asked}"; it takes list, ${verbs.join(', ')}.`)
    const query = values.key === undefined ? '' : `?key=${encodeURIComponent(values.key)}`
    const { holds, incidents, baselines } = (await askControl(values.url, `/api/v1/consumption${query}`)) as Listed
    process.stdout.write(
      values.json
        ? [...holds, ...incidents, ...baselines].map(jsonLine).join('')
        : `${holdsText(holds)}\n${incidentsText(incidents)}`,
    )
    return 0
  },
}

interface Listed {
  readonly holds: readonly HoldDescription[]
  readonly incidents: readonly {
    readonly at: string
    readonly key: string
    readonly rule: string
    readonly state: string
    readonly action: string
    readonly reason: string
  }[]
  readonly baselines: readonly object[]
}

const done = { suspend: 'Suspended', resume: 'Resumed', approve: 'Approved' } as const

function holdsText(holds: readonly HoldDescription[]): string {
  return table(
    ['HELD KEY', 'UNTIL', 'SINCE', 'RULE', 'DECISION', 'REASON'],
    holds.map(({ key, kind, since, rule, id, reason }) => [
      key,
      kind === 'ask' ? 'approved' : 'resumed',
      since,
      rule,
      id,
      reason,
    ]),
  )
}

function incidentsText(incidents: Listed['incidents']): string {
  return table(
    ['FOUND AT', 'KEY', 'RULE', 'STATE', 'ACTION', 'REASON'],
    incidents.map(({ at, key, rule, state, action, reason }) => [at, key, rule, state, action, reason]),
  )
}
