import type { DecidedApproval, PendingApproval } from '../server/control/approvals.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

const verbs = ['approve', 'reject'] as const

export const approvals: Command = {
  summary: 'list calls that guardrails ask about; approve and reject them',
  help: `Usage: portcullis approvals [list] [--json]
       portcullis approvals approve <decision> [--minutes <n>] [--reason <text>]
       portcullis approvals reject <decision> [--minutes <n>] [--reason <text>]

  list shows what waits since a day, and what was said of others, of a running gateway. After an approval the same call of the
  same key passes until it is over; with one word of it changed, it does not.

  --minutes <n>    how long it holds; default 60, at most a week
  --reason <text>  why; the audit log has it
  --json           one JSON object per line: those that wait, then those that were decided

  --url <url>      the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        minutes: { type: 'string' },
        reason: { type: 'string' },
      },
      2,
    )
    const [asked = 'list', id] = positionals
    const verdict = verbs.find((known) => known === asked)
    if (verdict === undefined) {
      if (asked !== 'list') throw new UsageError(`There is no "${asked}"; it takes list, ${verbs.join(', ')}.`)
      // The control API's own shape.
      const { pending, decided } = (await askControl(values.url, '/api/v1/approvals')) as Listed
      process.stdout.write(values.json ? [...pending, ...decided].map(jsonLine).join('') : listText(pending, decided))
      return 0
    }
    if (id === undefined) throw new UsageError(`${verdict} needs the id of a decision.`)
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
    if (minutes !== undefined && !Number.isInteger(minutes)) throw new UsageError('--minutes takes a whole number.')
    const said = (await askControl(values.url, `/api/v1/approvals/${encodeURIComponent(id)}`, {
      method: 'POST',
      body: {
        verdict,
        ...(minutes === undefined ? {} : { minutes }),
        ...(values.reason === undefined ? {} : { reason: values.reason }),
      },
    })) as DecidedApproval
    const done = verdict === 'approve' ? 'Approved' : 'Rejected'
    process.stdout.write(values.json ? jsonLine(said) : `${done} ${said.id} of ${said.key} until ${said.expiresAt}.\n`)
    return 0
  },
}

interface Listed {
  readonly pending: readonly PendingApproval[]
  readonly decided: readonly DecidedApproval[]
}

function listText(pending: Listed['pending'], decided: Listed['decided']): string {
  const waiting = table(
    ['WAITING', 'SINCE', 'WORKSPACE', 'KEY', 'AGENT', 'USER', 'MODEL', 'GUARDRAILS', 'FOUND'],
    pending.map(({ id, at, workspace, key, agent, user, model, guardrails, rules }) => [
      id,
      at,
      workspace,
      key,
      agent ?? '',
      user ?? '',
      model ?? '',
      guardrails.join(', '),
      rules.join(', '),
    ]),
  )
  const said = table(
    ['DECIDED', 'VERDICT', 'UNTIL', 'KEY', 'BY', 'REASON'],
    decided.map(({ id, verdict, expiresAt, key, by, reason }) => [id, verdict, expiresAt, key, by, reason ?? '']),
  )
  return `${waiting}\n${said}`
}
