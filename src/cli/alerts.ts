import type { AlertDescription } from '../server/control/alerts.ts'
import { type Command, jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const alerts: Command = {
  summary: 'list alerts and their deliveries, and test a receiver',
  help: `Usage: portcullis alerts list [--workspace <id>] [--limit <n>] [--json]
       portcullis alerts test <receiver>

  list   what the gateway has told by itself, newest first, and who has taken it
  test   sends a test to a receiver of the configuration, and says whether it was taken

  --workspace <id>  only alerts about this workspace
  --limit <n>       at most so many, up to 200; default 50
  --json            one JSON object per line

  --url <url>       the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        workspace: { type: 'string' },
        limit: { type: 'string' },
      },
      2,
    )
    const [action, receiver] = positionals
    switch (action) {
      case 'list': {
        const { workspace, limit } = values
        const query = new URLSearchParams({
          ...(workspace === undefined ? {} : { workspace }),
          ...(limit === undefined ? {} : { limit }),
        })
        // The control API's own shape.
        const { data } = (await askControl(values.url, `/api/v1/alerts?${query}`)) as {
          data: readonly AlertDescription[]
        }
        process.stdout.write(values.json ? data.map(jsonLine).join('') : alertsText(data))
        return 0
      }
      case 'test':
        if (receiver === undefined) throw new UsageError('Name the receiver: portcullis alerts test <receiver>.')
        await askControl(values.url, '/api/v1/alerts/test', { method: 'POST', body: { receiver } })
        process.stdout.write(`${printable(`"${receiver}" has taken a test.`)}\n`)
        return 0
      default:
        throw new UsageError('Use: portcullis alerts list or test.')
    }
  },
}

function alertsText(found: readonly AlertDescription[]): string {
  return table(
    ['AT', 'KIND', 'WORKSPACE', 'SUMMARY', 'DELIVERIES'],
    found.map(({ at, kind, workspace, summary, deliveries }) => [
      at,
      kind,
      workspace ?? '',
      summary,
      deliveries.map(({ receiver, state }) => `${receiver} ${state}`).join(', '),
    ]),
  )
}
