import type { DecisionPage } from '../core/record/access.ts'
import type { CallDecision } from '../core/record/call-decisions.ts'
import { type Command, jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

const filters = ['workspace', 'key', 'agent', 'user', 'kind', 'rule', 'from', 'to', 'limit', 'cursor'] as const

export const decisions: Command = {
  summary: 'what was decided about calls and why, or one decision by its id',
  help: `Usage: portcullis decisions [list] [--kind <kind>] [--rule <id>] [filters] [--json]
       portcullis decisions show <id> [--workspace <id>] [--json]

  list   also without a word, newest first: refusals, fallbacks, cache, routing, consumption, guardrails
  show   what was decided under the id that an error, the header x-portcullis-decision or an alert names, or about a call

  --workspace, --key, --agent, --user <name>
  --rule <id>          of one guardrail, route or rule of consumption
  --from, --to <time>  ISO 8601 or Unix milliseconds; default the last day
  --limit <number>     1 to 200; default 50
  --cursor <text>      what the page before ended with
  --json               one JSON object per line

  --url <url>          the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const text = { type: 'string' } as const
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        workspace: text,
        key: text,
        agent: text,
        user: text,
        kind: text,
        rule: text,
        from: text,
        to: text,
        limit: text,
        cursor: text,
      },
      2,
    )
    const [action = 'list', id] = positionals
    switch (action) {
      case 'list': {
        if (id !== undefined) throw new UsageError(`There is no place for "${id}" in portcullis decisions list.`)
        const query = new URLSearchParams()
        for (const name of filters) if (values[name] !== undefined) query.set(name, values[name])
        // The control API's own shapes, here and below.
        const page = (await askControl(values.url, `/api/v1/decisions?${query}`)) as unknown as DecisionPage
        process.stdout.write(values.json ? page.data.map(jsonLine).join('') : decisionsTable(page.data, true))
        if (page.nextCursor !== null) process.stderr.write(`More: --cursor ${page.nextCursor}\n`)
        return 0
      }
      case 'show': {
        if (id === undefined) throw new UsageError('Name the decision: portcullis decisions show <id>.')
        const within = values.workspace === undefined ? '' : `?${new URLSearchParams({ workspace: values.workspace })}`
        const { data } = (await askControl(
          values.url,
          `/api/v1/decisions/${encodeURIComponent(id)}${within}`,
        )) as unknown as Pick<DecisionPage, 'data'>
        process.stdout.write(values.json ? data.map(jsonLine).join('') : data.map(decisionText).join('\n'))
        return 0
      }
      default:
        throw new UsageError('Use: portcullis decisions list or show.')
    }
  },
}

/** `withPlace`: of several calls. */
export function decisionsTable(all: readonly CallDecision[], withPlace = false): string {
  const head = ['ID', 'KIND', 'STATE', 'EFFECT', 'RULE', 'REASON']
  return table(
    withPlace ? ['STARTED', 'KEY', ...head] : head,
    all.map(({ startedAt, key, id, kind, state, effect, rule, reason }) => [
      ...(withPlace ? [startedAt, key ?? ''] : []),
      id,
      kind,
      state,
      effect,
      rule ?? '',
      reason,
    ]),
  )
}

function decisionText(decision: CallDecision): string {
  const { findings, without, ...facts } = decision
  const { outcome, targets = [], ...more } = without
  const lines = Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [line(name, String(value))]))
  const instead = Object.entries(more).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name} ${value}`],
  )
  const others = targets.map(({ account, model, passedOver }) => `${account}/${model} (${passedOver ?? 'not chosen'})`)
  const isOfGuardrail = decision.kind === 'guardrail'
  const found = findings.map(({ detector, rule, category, path, span, score }) => [
    // Several guardrails may find the same thing under one id: each line says whose it is.
    ...(isOfGuardrail ? [decision.rule ?? ''] : []),
    detector,
    rule,
    category,
    path,
    `${span.start}–${span.end}`,
    score === undefined ? '' : String(score),
  ])
  return [
    ...lines,
    line('without', [outcome, ...instead, ...others].join(', ')),
    found.length === 0
      ? ''
      : `\n${table([...(isOfGuardrail ? ['GUARDRAIL'] : []), 'DETECTOR', 'FINDING', 'CATEGORY', 'PATH', 'SPAN', 'SCORE'], found)}`,
  ].join('')
}

function line(name: string, value: string): string {
  return `${name.padEnd(16)}${printable(value)}\n`
}
