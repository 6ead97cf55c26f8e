import { commandLineActor } from '../registry/access.ts'
import { permissions, roles } from '../registry/roles.ts'
import { openAudit } from '../server/audit/open-audit.ts'
import {
  describeManagementKey,
  type ManagementKeyDescription,
  NewManagementKey,
  wantedKey,
} from '../server/control/management-keys.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { createManagementKeys, type ManagementKeys } from '../server/keys/management-keys.ts'
import { type Command, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'
import { expiry } from './key-options.ts'

export const access: Command = {
  summary: 'list, create and revoke management keys, for the control plane',
  help: `Usage: portcullis access list
       portcullis access create <id> --owner <text> (--role <role> | --permissions <name,…>)
                                [--workspace <id>] [--expires <date>|<n>d]
       portcullis access revoke <id>

  Roles: ${Object.keys(roles).join(', ')}.
  Permissions: ${Object.keys(permissions).join(', ')}.
  Without --workspace a key is for all workspaces.

  --data <directory>  data directory of a gateway; default ./data
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN, which may be a management key`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        data: { type: 'string', default: './data' },
        owner: { type: 'string' },
        role: { type: 'string' },
        permissions: { type: 'string' },
        workspace: { type: 'string' },
        expires: { type: 'string' },
      },
      2,
    )
    const [action, id] = positionals
    const { url, data, permissions: listed, expires, ...fields } = values
    const api = url === undefined ? direct(data) : remote(url)
    switch (action) {
      case 'list':
        process.stdout.write(keysText(await api.list()))
        return 0
      case 'create': {
        const given = {
          ...fields,
          id,
          permissions: listed?.split(','),
          expiresAt: expires === undefined ? undefined : expiry(expires, new Date()),
        }
        const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        const read = NewManagementKey.safeParse(present)
        if (!read.success) {
          const { path, message } = read.error.issues[0] ?? { path: [], message: 'wrong value' }
          throw new UsageError(`Give <id>, --owner and either --role or --permissions (${path.join('.')}: ${message}).`)
        }
        process.stdout.write(`${await api.create(read.data)}\n`)
        process.stderr.write('This is the only time that the key is shown.\n')
        return 0
      }
      case 'revoke':
        if (id === undefined) throw new UsageError('Name the key: portcullis access revoke <id>.')
        await api.revoke(id)
        process.stdout.write(`The management key "${id}" is revoked.\n`)
        return 0
      default:
        throw new UsageError('Use: portcullis access list, create or revoke.')
    }
  },
}

interface AccessApi {
  list(): Promise<readonly ManagementKeyDescription[]>
  /** Gives the key. */
  create(wanted: NewManagementKey): Promise<string>
  revoke(id: string): Promise<void>
}

const path = '/api/v1/management-keys'

function remote(url: string): AccessApi {
  return {
    list: async () => ((await askControl(url, path)) as { data: readonly ManagementKeyDescription[] }).data,
    create: async (wanted) => ((await askControl(url, path, { method: 'POST', body: wanted })) as { key: string }).key,
    revoke: async (id) => void (await askControl(url, `${path}/${encodeURIComponent(id)}`, { method: 'DELETE' })),
  }
}

function direct(data: string): AccessApi {
  const withKeys = async <Result>(use: (keys: ManagementKeys) => Result | Promise<Result>): Promise<Result> => {
    const store = await openControlBeside(data, process.env)
    const log = openAudit(data)
    try {
      return await use(createManagementKeys({ store, append: log.append, now: Date.now }))
    } finally {
      log.close()
      await store.close()
    }
  }
  return {
    list: () => withKeys((keys) => keys.list(commandLineActor).map(describeManagementKey)),
    create: (wanted) => withKeys(async (keys) => (await keys.create(commandLineActor, wantedKey(wanted))).key),
    revoke: (id) => withKeys((keys) => keys.revoke(commandLineActor, id)),
  }
}

function keysText(keys: readonly ManagementKeyDescription[]): string {
  return table(
    ['ID', 'OWNER', 'WORKSPACE', 'ROLE', 'CREATED', 'EXPIRES', 'REVOKED'],
    keys.map(({ id, owner, workspace, role, permissions: may, createdAt, expiresAt, revokedAt }) => [
      id,
      owner,
      workspace ?? '(all)',
      role === 'custom' ? may.join(',') : role,
      createdAt,
      expiresAt ?? '',
      revokedAt ?? '',
    ]),
  )
}
