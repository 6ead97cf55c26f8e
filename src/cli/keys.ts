import { idPattern, idRule } from '../server/config/schema.ts'
import type { KeyDescription } from '../server/control/keys.ts'
import { type Command, jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import { defaultConfigPath } from './config-path.ts'
import { amountText, boundText, durationSeconds, keyOptions, keySettings, withoutFields } from './key-options.ts'
import { keysIn, type Made, remoteKeys } from './keys-access.ts'

export const keys: Command = {
  summary: 'list, create, change and revoke virtual keys, and show their key pairs',
  help: `Usage: portcullis keys list
       portcullis keys create <id> [--workspace <id>] [--models <pattern,…>] [--budget <amount>] [--limit <amount>]
                                   [--expires <date>|<n>d] [--owner <text>] [--networks <block,…>]
                                   [--providers <pattern,…>] [--data-regions <id,…>] [--endpoints <pattern,…>]
                                   [--agents <pattern,…>] [--require-metadata <name,…>]
       portcullis keys show <id> [--json]
       portcullis keys change <id> [the same options] [--without <option,…>]
                                   what is not given stays; --without expires,networks takes these away
       portcullis keys rotate <id> [--overlap <n>h]    another value; the one before works on for so long
       portcullis keys revoke <id>
       portcullis keys pair <id>        the key as AWS SDKs take one: variables to sign with

  An amount is costUsd=50/month, requests=600/minute, tokens=100000/day, concurrentCalls=20; give several by repeating it.

  --data <directory>  data directory of a gateway; default ./data. A running one takes changes over within a second
  --config <file>     whose keys and models count too; default ${defaultConfigPath} if there is one
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        config: { type: 'string' },
        data: { type: 'string', default: './data' },
        workspace: { type: 'string', default: 'default' },
        json: { type: 'boolean', default: false },
        without: { type: 'string' },
        overlap: { type: 'string', default: '0s' },
        ...keyOptions,
      },
      2,
    )
    const [action, id] = positionals
    if (values.url !== undefined && values.config !== undefined) {
      throw new UsageError('--config goes with --data; a gateway that is asked with --url has its own.')
    }
    // Before data are looked for, which may not be there.
    if (action === undefined || !actions.includes(action)) throw unknownAction()
    const api = values.url === undefined ? keysIn(values.data, values.config) : remoteKeys(values.url)
    switch (action) {
      case 'list':
        process.stdout.write(keysText(await api.list()))
        return 0
      case 'show': {
        if (id === undefined) throw new UsageError('Name the key: portcullis keys show <id>.')
        const key = await api.get(id)
        process.stdout.write(values.json ? jsonLine(key) : keyText(key))
        return 0
      }
      case 'change': {
        if (id === undefined) throw new UsageError('Name the key: portcullis keys change <id>.')
        const changes = { ...keySettings(values, new Date()), ...withoutFields(values) }
        if (Object.keys(changes).length === 0)
          throw new UsageError('Say what to change: --models, --budget, --expires, …, or --without <option,…>.')
        for (const warning of await api.change(id, changes))
          process.stderr.write(`${printable(`Warning: ${warning}`)}\n`)
        process.stdout.write(`The key "${id}" is changed.\n`)
        return 0
      }
      case 'create': {
        if (id === undefined) throw new UsageError('Name the key: portcullis keys create <id>.')
        checkId('id', id)
        checkId('workspace', values.workspace)
        const settings = keySettings(values, new Date())
        return showKey(await api.create({ ...settings, id, workspace: values.workspace }))
      }
      case 'rotate':
        if (id === undefined) throw new UsageError('Name the key: portcullis keys rotate <id>.')
        return showKey(await api.rotate(id, durationSeconds(values.overlap)))
      case 'revoke':
        if (id === undefined) throw new UsageError('Name the key: portcullis keys revoke <id>.')
        await api.revoke(id)
        process.stdout.write(`The key "${id}" is revoked.\n`)
        return 0
      case 'pair': {
        if (id === undefined) throw new UsageError('Name the key: portcullis keys pair <id>.')
        const { accessKeyId, secretAccessKey } = await api.pair(id)
        process.stdout.write(`AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`)
        return 0
      }
      default:
        throw unknownAction()
    }
  },
}

const actions: readonly string[] = ['list', 'show', 'create', 'change', 'rotate', 'revoke', 'pair']

function unknownAction(): UsageError {
  return new UsageError('Use: portcullis keys list, show, create, change, rotate, revoke or pair.')
}

function checkId(name: string, id: string): void {
  if (!idPattern.test(id)) throw new UsageError(`The ${name} ${idRule}.`)
}

function showKey({ key, warnings = [] }: Made): number {
  process.stdout.write(`${key}\n`)
  for (const warning of warnings) process.stderr.write(`${printable(`Warning: ${warning}`)}\n`)
  process.stderr.write('This is the only time that the key is shown.\n')
  return 0
}

const head = ['ID', 'WORKSPACE', 'MODELS', 'SOURCE', 'CREATED', 'EXPIRES', 'REVOKED', 'OWNER', 'BUDGETS', 'BOUND TO']

function keysText(keys: readonly KeyDescription[]): string {
  return table(
    head,
    keys.map(({ id, workspace, models, source, createdAt, expiresAt, revokedAt, owner, budgets, ...bounds }) => [
      id,
      workspace,
      models.join(','),
      source,
      createdAt ?? '',
      expiresAt ?? '',
      revokedAt ?? '',
      owner ?? '',
      budgets.map(amountText).join(' '),
      boundText(bounds),
    ]),
  )
}

/** All that is known of one, a line each. */
function keyText({ budgets, ...fields }: KeyDescription): string {
  const all = { ...fields, budgets: budgets.map(amountText) }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === null || value.length === 0 ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
  )
  return table([], lines)
}
