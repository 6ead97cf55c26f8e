import type { Purge } from '../server/control/cache.ts'
import { type Command, readArguments, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const cache: Command = {
  summary: 'take answers out of the cache',
  help: `Usage: portcullis cache purge [--workspace <id>] [--tag <tag> | --all]

  --workspace <id>  default: default
  --tag <tag>       only answers to calls with this tag (x-portcullis-cache-tags)
  --all             all answers of the workspace

  --url <url>       the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        workspace: { type: 'string', default: 'default' },
        tag: { type: 'string' },
        all: { type: 'boolean', default: false },
      },
      1,
    )
    if (positionals[0] !== 'purge') throw new UsageError('Use: portcullis cache purge.')
    if ((values.tag !== undefined) === values.all) throw new UsageError('Say what to purge: --tag <tag>, or --all.')
    const query = new URLSearchParams({
      workspace: values.workspace,
      ...(values.tag === undefined ? {} : { tag: values.tag }),
    })
    // The control API's own shape.
    const { purged, unanswered } = (await askControl(values.url, `/api/v1/cache?${query}`, {
      method: 'DELETE',
    })) as unknown as Purge
    process.stdout.write(`${purged} ${purged === 1 ? 'answer' : 'answers'} taken out.\n`)
    if (unanswered === 0) return 0
    process.stderr.write(`${unanswered} of the workers did not answer; purge again.\n`)
    return 1
  },
}
