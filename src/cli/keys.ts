import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { VirtualKey } from '../core/registry.ts'
import { type KeyPair, keyPairOf } from '../registry/key-pairs.ts'
import { generateKey, hashKey } from '../registry/virtual-keys.ts'
import { idPattern, idRule } from '../server/config/schema.ts'
import { openControlStore } from '../server/control-store.ts'
import { openPairSecret } from '../server/pair-secret.ts'
import { type Command, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const keys: Command = {
  summary: 'list, create and revoke virtual keys, and show their key pairs',
  help: `Usage: portcullis keys list
       portcullis keys create <id> [--workspace <id>] [--models <pattern,…>]
       portcullis keys revoke <id>
       portcullis keys pair <id>        the key as AWS SDKs take one: variables to sign with

  --data <directory>  data directory of a gateway; default ./data. A running one takes changes over within a second
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        data: { type: 'string', default: './data' },
        workspace: { type: 'string', default: 'default' },
        models: { type: 'string', default: '*' },
      },
      2,
    )
    const [action, id] = positionals
    const models = values.models.split(',').filter((pattern) => pattern !== '')
    const api = values.url === undefined ? direct(values.data) : remote(values.url)
    switch (action) {
      case 'list':
        process.stdout.write(await api.list())
        return 0
      case 'create':
        if (id === undefined) throw new UsageError('Name the key: portcullis keys create <id>.')
        checkId('id', id)
        checkId('workspace', values.workspace)
        process.stdout.write(`${await api.create(id, values.workspace, models)}\n`)
        process.stderr.write('This is the only time that the key is shown.\n')
        return 0
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
        throw new UsageError('Use: portcullis keys list, create, revoke or pair.')
    }
  },
}

function checkId(name: string, id: string): void {
  if (!idPattern.test(id)) throw new UsageError(`The ${name} ${idRule}.`)
}

interface KeysAccess {
  list(): Promise<string>
  create(id: string, workspace: string, models: readonly string[]): Promise<string>
  revoke(id: string): Promise<void>
  pair(id: string): Promise<KeyPair>
}

const head = ['ID', 'WORKSPACE', 'MODELS', 'SOURCE', 'CREATED', 'REVOKED']

function remote(url: string): KeysAccess {
  return {
    async list() {
      const { data } = (await askControl(url, '/api/v1/keys')) as {
        data: readonly {
          id: string
          workspace: string
          models: string[]
          source: string
          createdAt: string | null
          revokedAt: string | null
        }[]
      }
      return table(
        head,
        data.map((key) => [
          key.id,
          key.workspace,
          key.models.join(','),
          key.source,
          key.createdAt ?? '',
          key.revokedAt ?? '',
        ]),
      )
    },
    async create(id, workspace, models) {
      return (
        (await askControl(url, '/api/v1/keys', { method: 'POST', body: { id, workspace, models } })) as { key: string }
      ).key
    },
    async revoke(id) {
      await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
    async pair(id) {
      return (await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}/key-pair`, { method: 'POST' })) as KeyPair
    },
  }
}

function direct(data: string): KeysAccess {
  const path = join(data, 'control.db')
  if (!existsSync(path)) throw new Error(`There is no gateway's data in ${data}; name its directory with --data.`)
  const withStore = <T>(use: (store: ReturnType<typeof openControlStore>) => T): T => {
    const store = openControlStore(path)
    try {
      return use(store)
    } finally {
      store.close()
    }
  }
  const time = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString())
  return {
    list: () =>
      Promise.resolve(
        withStore((store) =>
          table(
            head,
            store.keys().map((key: VirtualKey) => [
              key.id,
              // Of a key of the file the store knows the value only.
              key.source === 'file' ? '(file)' : key.workspace,
              key.source === 'file' ? '(file)' : key.models.join(','),
              key.source,
              time(key.createdAt),
              time(key.revokedAt),
            ]),
          ),
        ),
      ),
    create(id, workspace, models) {
      const key = generateKey()
      withStore((store) =>
        store.addKey({ id, hash: hashKey(key), workspace, models, source: 'api', createdAt: Date.now() }),
      )
      return Promise.resolve(key)
    },
    revoke(id) {
      if (!withStore((store) => store.revokeKey(id, Date.now())))
        throw new Error(`There is no key "${id}" that could be revoked.`)
      return Promise.resolve()
    },
    pair(id) {
      const found = withStore((store) => store.keys()).find((key) => key.id === id && key.revokedAt === undefined)
      if (found !== undefined) return Promise.resolve(keyPairOf(found, openPairSecret(data)))
      throw new Error(`There is no key "${id}" in ${data}; one that the file gives its value is known with --url only.`)
    },
  }
}
