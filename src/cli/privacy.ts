import type { CertificateDescription, HoldDescription } from '../server/control/privacy.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const privacy: Command = {
  summary: 'take a person out of the record, and hold calls that must stay',
  help: `Usage: portcullis privacy erase --user <name> [--workspace <id>]
       portcullis privacy holds [--json]
       portcullis privacy hold --reason <text> [--workspace <id>] [--user <name>] [--key <id>] [--trace <id>]
       portcullis privacy release <id>

  erase    takes an end user, and what was said in its calls, out of the record, kept replies and caches; prints a
           certificate as JSON, whose salt is kept nowhere else
  holds    legal holds: calls that neither age nor an erasure takes away
  hold     places one; without --user, --key and --trace on the whole workspace
  release  ends one

  --workspace <id>  default: default

  --url <url>       the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        workspace: { type: 'string', default: 'default' },
        user: { type: 'string' },
        key: { type: 'string' },
        trace: { type: 'string' },
        reason: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      2,
    )
    const [action, id] = positionals
    const { url, workspace, user, key, trace, reason, json } = values
    if (id !== undefined && action !== 'release')
      throw new UsageError(`There is no place for "${id}" in portcullis privacy ${action}.`)
    switch (action) {
      case 'erase': {
        if (user === undefined) throw new UsageError('Say whom: portcullis privacy erase --user <name>.')
        const made = await askControl(url, '/api/v1/erasures', { method: 'POST', body: { workspace, user } })
        // The control API's own shape.
        const certificate = made as CertificateDescription
        process.stdout.write(jsonLine(certificate))
        return reportOf(certificate)
      }
      case 'holds': {
        const { data } = (await askControl(url, '/api/v1/holds')) as { data: readonly HoldDescription[] }
        process.stdout.write(json ? data.map(jsonLine).join('') : holdsText(data))
        return 0
      }
      case 'hold': {
        if (reason === undefined) throw new UsageError('Say why: portcullis privacy hold --reason <text>.')
        const named = Object.entries({ user, key, trace }).filter(([, value]) => value !== undefined)
        const body = { workspace, reason, ...Object.fromEntries(named) }
        const hold = (await askControl(url, '/api/v1/holds', { method: 'POST', body })) as HoldDescription
        process.stdout.write(`${hold.id}\n`)
        return 0
      }
      case 'release':
        if (id === undefined) throw new UsageError('Name the hold: portcullis privacy release <id>.')
        await askControl(url, `/api/v1/holds/${encodeURIComponent(id)}`, { method: 'DELETE' })
        process.stdout.write(`The hold ${id} is released.\n`)
        return 0
      default:
        throw new UsageError('Use: portcullis privacy erase, holds, hold or release.')
    }
  },
}

/** 1 where something of the person may still be there. */
function reportOf({ held, heldSpans, cache: { unanswered } }: CertificateDescription): number {
  if (held > 0) process.stderr.write(`${held} of the calls are under a legal hold and were left as they are.\n`)
  if (heldSpans > 0)
    process.stderr.write(`${heldSpans} of the spans are under a legal hold and were left as they are.\n`)
  if (unanswered > 0)
    process.stderr.write(`${unanswered} of the workers did not empty their caches; purge the cache, or erase again.\n`)
  return held + heldSpans + unanswered > 0 ? 1 : 0
}

function holdsText(holds: readonly HoldDescription[]): string {
  return table(
    ['ID', 'WORKSPACE', 'USER', 'KEY', 'TRACE', 'SINCE', 'REASON'],
    holds.map(({ id, workspace, user, key, trace, placedAt, reason }) => [
      id,
      workspace,
      ...[user, key, trace].map((value) => value ?? 'any'),
      placedAt.slice(0, 10),
      reason,
    ]),
  )
}
