import { readCallQuery } from '../core/record/call-query.ts'
import { createPolicyReplay, type PolicyReplay, type ReplayedConfig } from '../server/inspection/replay-guardrails.ts'
import { openCalls } from './calls-source.ts'
import { type Command, jsonLine, readArguments, table, UsageError, wholeNumber } from './command.ts'
import { withLocalDetectors } from './local-detectors.ts'
import { policyQuestions } from './policy-versions.ts'
import { recordOptions } from './recorded-calls.ts'

export const policy: Command = {
  summary: 'what guardrails say and said, and what others would have done to calls on record',
  help: `Usage: portcullis policy versions
       portcullis policy show <version>
       portcullis policy diff <version> [<version>]
       portcullis policy replay --config <file> [--before <file>] [options]

  versions, show and diff ask a running gateway (--url, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here)
  what the policy versions that decisions name say, and what changed between two, or since one.

  replay runs the guardrails of a configuration over recorded calls, and those of another one beside it, and tells in how many
  calls each would have found something and which calls would have been treated in another way. Changes nothing, sends
  nothing, and prints nothing of what the calls say.

  --config <file>   the configuration to try
  --before <file>   the one to compare it with; default: none of its guardrails
  --data <folder>   whose record is read; default ./data
  --url <url>       the record of a running gateway instead, with PORTCULLIS_ADMIN_TOKEN
  --limit <n>       at most so many calls, the newest; default 1000
  --from, --to, --model, --key, --workspace   which calls
  --json            one JSON object`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        config: { type: 'string' },
        before: { type: 'string' },
        url: { type: 'string' },
        ...recordOptions,
        json: { type: 'boolean', default: false },
      },
      3,
    )
    const [verb = '', ...versions] = positionals
    const asked = questions.find((known) => known === verb)
    if (asked !== undefined) {
      const { url, json } = values
      process.stdout.write(await policyQuestions[asked]({ url, json }, ...versions))
      return 0
    }
    if (verb !== 'replay' || versions.length > 0) throw new UsageError('policy takes versions, show, diff or replay.')
    if (values.config === undefined) throw new UsageError('Name the configuration to try: --config <file>.')
    const after = await replayed(values.config, values.data)
    const before =
      values.before === undefined ? { ...after, all: [], version: 'none' } : await replayed(values.before, values.data)
    const report = await withLocalDetectors([before, after], (io) =>
      reported(createPolicyReplay(before, after, io), values),
    )
    process.stdout.write(values.json ? jsonLine(report) : shown(report))
    return 0
  },
}

const questions = ['versions', 'show', 'diff'] as const

interface Choice {
  readonly url?: string | undefined
  readonly data: string
  readonly limit: string
  readonly model?: string | undefined
  readonly key?: string | undefined
  readonly workspace?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const filters = ['model', 'key', 'workspace', 'from', 'to'] as const

async function replayed(file: string, data: string): Promise<ReplayedConfig> {
  // What reads configurations is most of the program; a running gateway is asked without it.
  const { reachesIn, runnableConfig } = await import('./config-in-use.ts')
  const used = await runnableConfig(file, data)
  return { ...used.config.guardrails, reachesOf: reachesIn(used) }
}

async function reported(replay: ReturnType<typeof createPolicyReplay>, given: Choice): Promise<PolicyReplay> {
  let left = wholeNumber('limit', given.limit, { min: 1, max: 1_000_000 })
  const query: Record<string, string> = { limit: '200' }
  for (const name of filters) if (given[name] !== undefined) query[name] = given[name]
  // A wrong filter is told of before anything is opened.
  readCallQuery(query)
  const calls = await openCalls(given)
  try {
    for (let cursor: string | null | undefined; cursor !== null && left > 0; ) {
      const page = await calls.list({ ...query, ...(cursor === undefined ? {} : { cursor }) })
      for (const { id } of page.data.slice(0, left)) {
        const call = await calls.get(id)
        if (call !== undefined) await replay.take(call)
      }
      left -= page.data.length
      cursor = page.nextCursor
    }
    return replay.report()
  } finally {
    await calls.close()
  }
}

function shown({ calls, skipped, guardrails, leftOut, faults, undecided, effects, changed }: PolicyReplay): string {
  const rows = guardrails.map((one) => [
    one.guardrail,
    one.detector,
    `${one.state.before ?? '–'} → ${one.state.after ?? '–'}`,
    one.action,
    String(one.calls.before),
    String(one.calls.after),
  ])
  const counts = (['deny', 'ask', 'answer', 'redact', 'allow'] as const).map(
    (effect) => `${effect} ${effects.before[effect]} → ${effects.after[effect]}`,
  )
  const list = changed
    .slice(0, 20)
    .map(({ id, before, after, guardrail }) => [id, `${before} → ${after}`, guardrail ?? ''])
  return [
    `${calls} calls, of which ${skipped} have no whole body on record.\n`,
    table(['GUARDRAIL', 'DETECTOR', 'STATE', 'ACTION', 'CALLS BEFORE', 'CALLS AFTER'], rows),
    leftOut.length === 0 ? '' : `\nNot run, as they ask somebody elsewhere: ${leftOut.join(', ')}.\n`,
    faultText(faults, undecided),
    `\nBy what is enforced: ${counts.join(', ')}.\n`,
    list.length === 0 ? '' : `\n${table(['CALL', 'EFFECT', 'GUARDRAIL'], list)}`,
  ].join('')
}

function faultText(faults: PolicyReplay['faults'], undecided: PolicyReplay['undecided']): string {
  if (faults.length === 0) return ''
  const rows = faults.map(({ guardrail, fault, calls }) => [
    guardrail,
    fault,
    String(calls.before),
    String(calls.after),
  ])
  const many = undecided.length === 1 ? '1 call is' : `${undecided.length} calls are`
  const said =
    undecided.length === 0
      ? ''
      : `\n${many} not compared, as an enforced guardrail could not look: ${undecided.slice(0, 5).join(', ')}${undecided.length > 5 ? ', …' : ''}.\n`
  return `\n${table(['COULD NOT LOOK', 'FAULT', 'CALLS BEFORE', 'CALLS AFTER'], rows)}${said}`
}
