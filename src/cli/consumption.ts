import type { EndedHoldDescription, HoldDescription, LiftDescription } from '../server/control/consumption.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

const verbs = ['suspend', 'resume', 'approve', 'lift'] as const
type Verb = (typeof verbs)[number]

export const consumption: Command = {
  summary: 'list keys that are held for their consumption; suspend, resume and approve keys, lift rules',
  help: `Usage: portcullis consumption [list] [--key <id>] [--json]
       portcullis consumption suspend <key> --reason <text>
       portcullis consumption resume <key> [--minutes <number>]
       portcullis consumption approve <key> [--minutes <number>]
       portcullis consumption lift <key> --rule <rule> [--minutes <number>]

  list shows keys that are held, and what the rules under \`consumption\` have found lately, of a running gateway.
  A suspended key is resumed, one that waits for approval is approved; the rule then leaves it alone for a while.
  lift has a rule leave a key alone that is not held, such as a rate (request-rate) that its calls are slowed to.

  --key <id>       only of this key
  --reason <text>  why; the calls of the key are told
  --rule <rule>    as the list and the calls that were slowed name it
  --minutes <n>    for so long the rule leaves it alone; 0 ends that. Default: as the gateway is configured
  --json           one JSON object per line: those held, rules that are lifted, what was found, what is usual of each key

  --url <url>      the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        key: { type: 'string' },
        reason: { type: 'string' },
        rule: { type: 'string' },
        minutes: { type: 'string' },
      },
      2,
    )
    const [asked = 'list', key] = positionals
    const verb = verbs.find((known) => known === asked)
    if (verb !== undefined) {
      if (key === undefined) throw new UsageError(`${verb} needs the id of a key.`)
      const changed = await askControl(values.url, `/api/v1/consumption/${encodeURIComponent(key)}/${verb}`, {
        method: 'POST',
        body: bodyOf(verb, values),
      })
      // The control API's own shape.
      const said = verb === 'lift' ? liftText(changed as LiftDescription) : holdText(verb, changed as EndedHold)
      process.stdout.write(values.json ? jsonLine(changed as object) : said)
      return 0
    }
    if (asked !== 'list') throw new UsageError(`There is no "${asked}"; it takes list, ${verbs.join(', ')}.`)
    const query = values.key === undefined ? '' : `?key=${encodeURIComponent(values.key)}`
    const { holds, lifts, incidents, baselines } = (await askControl(
      values.url,
      `/api/v1/consumption${query}`,
    )) as Listed
    process.stdout.write(
      values.json
        ? [...holds, ...lifts, ...incidents, ...baselines].map(jsonLine).join('')
        : [holdsText(holds), liftsText(lifts), incidentsText(incidents)].join('\n'),
    )
    return 0
  },
}

interface Listed {
  readonly holds: readonly HoldDescription[]
  readonly lifts: readonly LiftDescription[]
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

interface Given {
  readonly reason?: string | undefined
  readonly rule?: string | undefined
  readonly minutes?: string | undefined
}

function bodyOf(verb: Verb, { reason, rule, minutes }: Given): object {
  if (verb === 'suspend') {
    if (reason === undefined) throw new UsageError('suspend needs --reason.')
    return { reason }
  }
  if (minutes !== undefined && !/^\d+(\.\d+)?$/.test(minutes)) throw new UsageError('--minutes takes a number.')
  const time = minutes === undefined ? {} : { minutes: Number(minutes) }
  if (verb !== 'lift') return time
  if (rule === undefined) throw new UsageError('lift needs --rule, such as --rule request-rate.')
  return { rule, ...time }
}

/** A suspension has no end that is known. */
type EndedHold = HoldDescription & Partial<Pick<EndedHoldDescription, 'quietUntil'>>

function holdText(verb: Exclude<Verb, 'lift'>, { key, id, rule, quietUntil }: EndedHold): string {
  const alone = typeof quietUntil === 'string' ? ` ${rule} leaves it alone until ${quietUntil}.` : ''
  return `${done[verb]} ${key} (decision ${id}).${alone}\n`
}

function liftText({ key, rule, until }: LiftDescription): string {
  return Date.parse(until) > Date.now()
    ? `${rule} leaves ${key} alone until ${until}.\n`
    : `${rule} watches ${key} again.\n`
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

function liftsText(lifts: readonly LiftDescription[]): string {
  return table(
    ['LEFT ALONE', 'BY RULE', 'UNTIL'],
    lifts.map(({ key, rule, until }) => [key, rule, until]),
  )
}

function incidentsText(incidents: Listed['incidents']): string {
  return table(
    ['FOUND AT', 'KEY', 'RULE', 'STATE', 'ACTION', 'REASON'],
    incidents.map(({ at, key, rule, state, action, reason }) => [at, key, rule, state, action, reason]),
  )
}
