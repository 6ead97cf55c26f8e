import { setTimeout as delay } from 'node:timers/promises'
import { GatewayError } from '../core/errors.ts'
import { decisionsOf } from '../core/record/call-decisions.ts'
import { readCallQuery } from '../core/record/call-query.ts'
import type { CallDetails, CallPage, CallSummary } from '../core/record/call-store.ts'
import { type CallsSource, openCalls } from './calls-source.ts'
import { type Command, jsonLine, printable, printableLines, readArguments, table, UsageError } from './command.ts'
import { decisionsTable } from './decisions.ts'
import { keptFilters } from './saved-filters.ts'

const filters = [
  'limit',
  'model',
  'provider',
  'account',
  'key',
  'workspace',
  'agent',
  'user',
  'tag',
  'trace',
  'session',
  'status',
  'from',
  'to',
  'feedback',
  'filter',
  'q',
] as const

export const calls: Command = {
  summary: 'list recorded calls, or show one',
  help: `Usage: portcullis calls [--follow] [--json] [filters]
       portcullis calls show <id> [--json]
       portcullis calls export [--format jsonl|openai-chat|parquet] [--max <number>] [filters]
       portcullis calls save <name> [filters]
       portcullis calls filters [--workspace <id>] [--json]
       portcullis calls forget <name> [--workspace <id>]

  --follow            the last 10, oldest first, then calls as they end
  --json              one JSON object per line
  --limit <number>    1 to 200; default 50
  --status <status>   404, 4xx, 5xx, ok or error
  --error-code <code> such as rate_limited
  --model, --provider, --account, --key, --workspace, --agent, --user, --tag, --trace, --session <name>
  --metadata <name>=<text>  may be given several times: calls that have them all
  --from, --to <time> ISO 8601 or Unix milliseconds
  --feedback <kind>   any, good or bad: what people thought of it
  --q <text>          text of the input, the output or the error
  --filter <name>     a saved filter of the workspace; what is given beside it goes before what it says

  export              with their bodies, one line each (jsonl), as a table (parquet), or as examples to train with
                      (openai-chat), which leaves out what failed, is cut or is no conversation
  --max <number>      at most so many; default 10000

  save                keeps the filters under a name, for a workspace (default: default), at the gateway of --url, or
                      else of portcullis.yaml here
  filters, forget     lists them, and removes one

  --data <directory>  data directory of a gateway, running or not; default ./data
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        follow: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        data: { type: 'string', default: './data' },
        url: { type: 'string' },
        limit: { type: 'string' },
        model: { type: 'string' },
        provider: { type: 'string' },
        account: { type: 'string' },
        key: { type: 'string' },
        workspace: { type: 'string' },
        agent: { type: 'string' },
        user: { type: 'string' },
        tag: { type: 'string' },
        trace: { type: 'string' },
        session: { type: 'string' },
        metadata: { type: 'string', multiple: true, default: [] },
        status: { type: 'string' },
        'error-code': { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        feedback: { type: 'string' },
        q: { type: 'string' },
        filter: { type: 'string' },
        format: { type: 'string', default: 'jsonl' },
        max: { type: 'string', default: '10000' },
      },
      2,
    )
    const [action, id] = positionals
    if (action !== undefined && !actions.some((known) => known === action))
      throw new UsageError(`Use: portcullis calls, or portcullis calls ${actions.join(', ')}.`)
    const query: Record<string, string> = {}
    for (const name of filters) if (values[name] !== undefined) query[name] = values[name]
    if (values['error-code'] !== undefined) query['errorCode'] = values['error-code']
    for (const pair of values.metadata) {
      const split = pair.indexOf('=')
      if (split <= 0) throw new UsageError('Use: --metadata <name>=<text>.')
      query[`metadata.${pair.slice(0, split)}`] = pair.slice(split + 1)
    }
    checkFilters(query)
    if (values.follow && values.to !== undefined) throw new UsageError('--follow has no end; leave --to out.')
    const kept = await keptFilters(action, id, query, values)
    if (kept !== undefined) return kept
    const source = await openCalls(values)
    try {
      return await answer(source, query, { action, id, ...values })
    } finally {
      await source.close()
    }
  },
}

const actions = ['show', 'export', 'save', 'filters', 'forget'] as const

interface Asked {
  readonly action: string | undefined
  readonly id: string | undefined
  readonly format: string
  readonly max: string
  readonly json: boolean
  readonly follow: boolean
}

async function answer(
  source: CallsSource,
  query: Readonly<Record<string, string>>,
  { action, id, format, max, json, follow: isFollowed }: Asked,
): Promise<number> {
  if (action === 'export') {
    const { exportCalls } = await import('./export-calls.ts')
    const { written, leftOut } = await exportCalls(source, query, { format, max }, process.stdout)
    process.stderr.write(`${written} written, ${leftOut} left out.\n`)
    return 0
  }
  if (action === 'show') {
    if (id === undefined) throw new UsageError('Name the call: portcullis calls show <id>.')
    const call = await source.get(id)
    if (call === undefined) throw new Error(`There is no call with the id ${id}.`)
    process.stdout.write(json ? jsonLine(call) : details(call))
    return 0
  }
  if (isFollowed) {
    // Nothing else would end it when its reader has left.
    process.stdout.once('error', () => process.exit(0))
    await follow(source, { limit: FOLLOW_FROM, ...query }, json)
  }
  const { data } = await source.list(query)
  process.stdout.write(json ? jsonLines(data) : table(head, data.map(row)))
  const { provider } = query
  if (data.length === 0 && provider !== undefined) {
    const { providers } = await import('../catalog/providers.generated.ts')
    if (Object.hasOwn(providers, provider)) return 0
    const hint = `There is no provider "${provider}"; calls of an account are found with --account ${provider}.`
    process.stderr.write(`${printable(hint)}\n`)
  }
  return 0
}

/** Wrong filters are wrong arguments, and told before anything is asked. */
function checkFilters(query: Readonly<Record<string, string>>): void {
  try {
    const { filter: _, ...others } = query
    readCallQuery(others)
  } catch (fault) {
    throw fault instanceof GatewayError ? new UsageError(fault.message) : fault
  }
}

const FOLLOW_FROM = '10'
const FOLLOW_EVERY_MS = 1000
/** Calls are listed by their start, so a long one appears behind shorter ones that began after it. */
const FOLLOW_BACK_MS = 15 * 60_000
const MAX_PAGES = 50

/** Prints the last calls, then each new one once, oldest first, until the process is stopped. */
async function follow(
  source: CallsSource,
  query: Readonly<Record<string, string>> & { readonly limit: string },
  isJson: boolean,
): Promise<never> {
  const print = (calls: readonly CallSummary[], title: readonly string[] = []): void =>
    void process.stdout.write(isJson ? jsonLines(calls) : table(title, calls.map(row), widths))
  const followedAt = Date.now()
  const { data: shown } = await source.list(query)
  print(shown.toReversed(), head)
  const seen = new Map(shown.map(({ id, startedAt }) => [id, Date.parse(startedAt)]))
  // Older ones that did not fit on the first page are not new.
  const oldestShown = shown.length < Number(query.limit) ? 0 : Math.min(...seen.values())
  let isFirst = true
  for (;;) {
    const oldest = Math.max(followedAt, Date.now()) - FOLLOW_BACK_MS
    const fresh: CallSummary[] = []
    let cursor: string | null = null
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page: CallPage = await source.list({
        ...query,
        limit: '200',
        from: String(oldest),
        ...(cursor === null ? {} : { cursor }),
      })
      for (const call of page.data) {
        if (seen.has(call.id)) continue
        seen.set(call.id, Date.parse(call.startedAt))
        if (!isFirst || Date.parse(call.startedAt) >= oldestShown) fresh.push(call)
      }
      cursor = page.nextCursor
      if (cursor === null) break
    }
    isFirst = false
    if (fresh.length > 0) print(fresh.reverse())
    for (const [id, at] of seen) if (at < oldest) seen.delete(id)
    await delay(FOLLOW_EVERY_MS)
  }
}

const head = ['STARTED', 'ID', 'KEY', 'MODEL', 'STATUS', 'IN', 'OUT', 'USD', 'MS', 'ERROR']
/** Of the lines that follow one another; the id is as long as a UUID. */
const widths = [24, 36, 16, 36, 6, 7, 7, 9, 7]

function row(call: CallSummary): string[] {
  return [
    call.startedAt,
    call.id,
    call.key ?? '',
    modelName(call),
    String(call.status),
    tokens(call.inputTokens),
    tokens(call.outputTokens),
    usd(call),
    call.durationMs.toFixed(0),
    call.errorCode ?? '',
  ]
}

/** What was asked for, and what it stood for where that is another name. */
function modelName({ provider, account, model, requestedModel }: CallSummary): string {
  if (provider === null) return requestedModel ?? ''
  const target = `${account}/${model}`
  const isAlias = requestedModel !== null && requestedModel !== model && !requestedModel.endsWith(`/${model}`)
  return isAlias ? `${requestedModel} → ${target}` : target
}

function details(call: CallDetails): string {
  const { input, output, attempts, decisions, ...summary } = call
  const lines = Object.entries(summary)
    .filter(([, value]) => value !== null && !(typeof value === 'object' && Object.keys(value).length === 0))
    .map(([name, value]) => `${name.padEnd(20)}${printable(detail(name, value))}`)
  const body = (title: string, value: unknown): string =>
    value === null
      ? ''
      : `\n${title}\n${printableLines(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}\n`
  return `${lines.join('\n')}\n${attemptsTable(attempts)}${decided(call, decisions.length)}${body('INPUT', input)}${body('OUTPUT', output)}`
}

function detail(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return value.toFixed(1)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Those that were made of facts, such as a fallback, are told with those that were recorded. */
function decided(call: CallSummary, recorded: number): string {
  const all = decisionsOf(call)
  if (all.length === 0) return recorded === 0 ? '' : `\nDECISIONS\n${recorded} of a kind that is not known here.\n`
  return `\nDECISIONS\n${decisionsTable(all)}`
}

function attemptsTable(attempts: CallSummary['attempts']): string {
  if (attempts.length === 0) return ''
  const rows = attempts.map(({ account, model, status, durationMs, errorCode }) => [
    `${account}/${model}`,
    String(status ?? '–'),
    durationMs.toFixed(1),
    errorCode ?? '',
  ])
  return `\nATTEMPTS\n${table(['TARGET', 'STATUS', 'MS', 'ERROR'], rows)}`
}

function jsonLines(data: readonly CallSummary[]): string {
  return data.map(jsonLine).join('')
}

function tokens(count: number | null): string {
  return count === null ? '' : String(count)
}

/** Unknown is not 0. What reached no provider has no cost. */
function usd({ costUsd, provider }: CallSummary): string {
  if (costUsd === null) return provider === null ? '–' : 'unknown'
  return costUsd.toFixed(costUsd < 0.01 ? 6 : 4)
}
