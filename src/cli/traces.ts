import { readTrace, type Stage, type Trace, type TracedCall } from '../observe/read-trace.ts'
import type { SpanNode, TraceNode } from '../observe/trace-tree.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'
import { openRecord } from './open-record.ts'
import { listSpans, spanOptions } from './spans.ts'

export const traces: Command = {
  summary: 'show the calls of a trace and where their time went, and find spans',
  help: `Usage: portcullis traces show <id> [--workspace <name>] [--json]
       portcullis traces spans [--name <text>] [--q <text>] [filters] [--json]

  show    the calls and spans of a trace
  spans   spans that programs sent, the ones that began last first

  --workspace <name>  only of this workspace
  --name <text>       a part of the name of a span
  --q <text>          a part of its name, or of an attribute
  --trace <id>, --service <name>, --status ok|error
  --from, --to <time> ISO 8601 or Unix milliseconds
  --limit <number>    1 to 200; default 50
  --cursor <text>     what the page before ended with
  --json              the trace as JSON, or one span per line

  --data <directory>  data directory of a gateway, running or not; default ./data
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        json: { type: 'boolean', default: false },
        workspace: { type: 'string' },
        data: { type: 'string', default: './data' },
        url: { type: 'string' },
        ...spanOptions,
      },
      2,
    )
    const [action, id] = positionals
    if (action === 'spans' && id === undefined) return await listSpans(values)
    if (action !== 'show' || id === undefined || id === '')
      throw new UsageError('Use: portcullis traces show <id>, or portcullis traces spans.')
    const trace = await traceFrom(values, id)
    if (trace === undefined) throw new Error(`There is no trace with the id ${id}.`)
    process.stdout.write(values.json ? jsonLine(trace) : traceText(trace))
    return 0
  },
}

async function traceFrom(
  { url, data, workspace }: { readonly url?: string; readonly data: string; readonly workspace?: string },
  id: string,
): Promise<Trace | undefined> {
  if (url !== undefined) {
    const query = workspace === undefined ? '' : `?${new URLSearchParams({ workspace })}`
    // The control API's own shape.
    return (await askControl(url, `/api/v1/traces/${encodeURIComponent(id)}${query}`)) as Trace
  }
  const reader = await openRecord(data)
  try {
    return await readTrace(reader, { id, workspace })
  } finally {
    await reader.close()
  }
}

const head = ['AT MS', 'WHAT', 'MS', 'STATUS', 'ERROR']

function traceText(trace: Trace): string {
  const { id, startedAt, durationMs, errors, inputTokens, outputTokens, costUsd, unpricedCalls, isWhole } = trace
  const facts = [
    ['trace', id],
    ['started', startedAt],
    ['ms', durationMs.toFixed(1)],
    ['errors', String(errors)],
    ['tokens', `${inputTokens} in, ${outputTokens} out`],
    ['usd', `${costUsd.toFixed(6)}${unpricedCalls === 0 ? '' : `, and ${unpricedCalls} calls of unknown cost`}`],
  ]
  const calls = new Map(trace.calls.flatMap(withCopies).map((call) => [call.id, call]))
  const rows = trace.tree.flatMap((node) => nodeRows(node, '', calls))
  const rest = isWhole ? '' : 'There are older calls; see portcullis calls --trace.\n'
  return `${table([], facts)}\n${table(head, rows)}${rest}`
}

function withCopies(call: TracedCall): readonly TracedCall[] {
  return [call, ...call.copies.flatMap(withCopies)]
}

type Rows = readonly (readonly string[])[]

/** A span or a call, and below it, further in, what is a part of it: of a call its stages first. */
function nodeRows(node: TraceNode, indent: string, calls: ReadonlyMap<string, TracedCall>): Rows {
  const call = node.type === 'call' ? calls.get(node.id) : undefined
  const own = node.type === 'span' ? [spanRow(node, indent)] : call === undefined ? [] : callRows(call, indent)
  return [...own, ...node.children.flatMap((child) => nodeRows(child, `${indent}  `, calls))]
}

function callRows(call: TracedCall, indent: string): Rows {
  const { id, offsetMs, requestedModel, endpoint, durationMs, status, errorCode, shadowOf, stages } = call
  const what = `${indent}${shadowOf === null ? '' : 'copy '}${requestedModel ?? endpoint} ${id}`
  return [
    [offsetMs.toFixed(0), what, durationMs.toFixed(1), String(status), errorCode ?? ''],
    ...stages.map((stage) => stageRow(stage, `${indent}  `)),
  ]
}

function spanRow({ name, service, offsetMs, durationMs, isError, attributes }: SpanNode, indent: string): Rows[number] {
  const error = attributes['error.type']
  const what = `${indent}${name}${service === null ? '' : ` (${service})`}`
  return [
    offsetMs.toFixed(0),
    what,
    durationMs.toFixed(1),
    isError ? 'error' : '',
    typeof error === 'string' ? error : '',
  ]
}

function stageRow({ stage, name, durationMs, status, errorCode }: Stage, indent: string): readonly string[] {
  const what = `${indent}${stage}${name === null ? '' : ` ${name}`}`
  return ['', what, durationMs.toFixed(1), status === null ? '' : String(status), errorCode ?? '']
}
