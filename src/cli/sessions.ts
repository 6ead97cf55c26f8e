import { readSessionQuery, type SessionPage } from '../core/calls/session.ts'
import { readSession, type Session } from '../observe/read-session.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'
import { openRecord } from './open-record.ts'

const filters = ['workspace', 'limit', 'from', 'to'] as const

export const sessions: Command = {
  summary: 'list sessions, or show the traces of one',
  help: `Usage: portcullis sessions list [--workspace <name>] [--limit <number>] [--from <time>] [--to <time>] [--json]
       portcullis sessions show <id> [--workspace <name>] [--json]

  --workspace <name>  only calls of this workspace
  --limit <number>    1 to 200; default 50
  --from, --to <time> of the newest call: ISO 8601 or Unix milliseconds
  --json              as JSON

  --data <directory>  data directory of a gateway, running or not; default ./data
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        json: { type: 'boolean', default: false },
        workspace: { type: 'string' },
        limit: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        data: { type: 'string', default: './data' },
        url: { type: 'string' },
      },
      2,
    )
    const [action, id] = positionals
    const query: Record<string, string> = {}
    for (const name of filters) if (values[name] !== undefined) query[name] = values[name]
    if (action === 'list' && id === undefined) {
      const page = await pageFrom(values, query)
      process.stdout.write(values.json ? page.data.map(jsonLine).join('') : listText(page))
      return 0
    }
    if (action !== 'show' || id === undefined || id === '')
      throw new UsageError('Use: portcullis sessions list, or portcullis sessions show <id>.')
    const session = await sessionFrom(values, id)
    if (session === undefined) throw new Error(`There is no session with the id ${id}.`)
    process.stdout.write(values.json ? jsonLine(session) : sessionText(session))
    return 0
  },
}

interface Source {
  readonly url?: string
  readonly data: string
  readonly workspace?: string
}

async function pageFrom({ url, data }: Source, query: Readonly<Record<string, string>>): Promise<SessionPage> {
  // The control API's own shape.
  if (url !== undefined) return (await askControl(url, `/api/v1/sessions?${new URLSearchParams(query)}`)) as SessionPage
  const reader = await openRecord(data)
  try {
    return await reader.sessions(readSessionQuery(query))
  } finally {
    await reader.close()
  }
}

async function sessionFrom({ url, data, workspace }: Source, id: string): Promise<Session | undefined> {
  if (url !== undefined) {
    const query = workspace === undefined ? '' : `?${new URLSearchParams({ workspace })}`
    return (await askControl(url, `/api/v1/sessions/${encodeURIComponent(id)}${query}`)) as Session
  }
  const reader = await openRecord(data)
  try {
    return await readSession(reader.listCalls, { id, workspace })
  } finally {
    await reader.close()
  }
}

function listText({ data, nextCursor }: SessionPage): string {
  const rows = data.map(({ id, workspace, startedAt, durationMs, calls, traces, errors, costUsd }) => [
    id,
    workspace,
    startedAt,
    durationMs.toFixed(0),
    String(calls),
    String(traces),
    String(errors),
    costUsd.toFixed(6),
  ])
  const rest = nextCursor === null ? '' : 'There are older ones; ask with --to, or for more with --limit.\n'
  return `${table(['SESSION', 'WORKSPACE', 'STARTED', 'MS', 'CALLS', 'TRACES', 'ERRORS', 'USD'], rows)}${rest}`
}

function sessionText(session: Session): string {
  const { id, startedAt, durationMs, calls, errors, inputTokens, outputTokens, costUsd, unpricedCalls } = session
  const facts = [
    ['session', id],
    ['started', startedAt],
    ['ms', durationMs.toFixed(1)],
    ['calls', String(calls)],
    ['errors', String(errors)],
    ['tokens', `${inputTokens} in, ${outputTokens} out`],
    ['usd', `${costUsd.toFixed(6)}${unpricedCalls === 0 ? '' : `, and ${unpricedCalls} calls of unknown cost`}`],
  ]
  const rows = session.traces.flatMap((trace) => [
    ...(trace.id === null ? [] : [[`trace ${trace.id}`, trace.durationMs.toFixed(1), '', '']]),
    ...trace.calls.map((call) => [
      `${trace.id === null ? '' : '  '}${call.requestedModel ?? call.endpoint} ${call.id}`,
      call.durationMs.toFixed(1),
      String(call.status),
      call.errorCode ?? '',
    ]),
  ])
  const rest = session.isWhole ? '' : 'There are older calls; see portcullis calls --session.\n'
  return `${table([], facts)}\n${table(['WHAT', 'MS', 'STATUS', 'ERROR'], rows)}${rest}`
}
