import { existsSync } from 'node:fs'
import type { AuditAction } from '../core/record/audit.ts'
import { effectiveKeys } from '../registry/effective-keys.ts'
import { type KeyPair, keyPairOf } from '../registry/key-pairs.ts'
import { generateKey, hashKey } from '../registry/virtual-keys.ts'
import { audited } from '../server/audit/audit.ts'
import { openAudit } from '../server/audit/open-audit.ts'
import { idPattern, idRule } from '../server/config/schema.ts'
import { describeKey, type KeyDescription } from '../server/control/keys.ts'
import { type ControlStore, idTaken } from '../server/control-records/control-store.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { environmentKeys } from '../server/first-start.ts'
import { type KeySettings, rotated, settingsOfKey } from '../server/keys/key-settings.ts'
import { openPairSecret } from '../server/secrets/pair-secret.ts'
import { unmatchedIn } from '../server/unmatched-keys.ts'
import { type Command, printable, printableLines, readArguments, table, UsageError } from './command.ts'
import { configInUse, resolvedIn } from './config-in-use.ts'
import { askControl } from './control-client.ts'
import { amountText, boundText, durationSeconds, keyOptions, keySettings } from './key-options.ts'
import { defaultConfigPath } from './start.ts'

export const keys: Command = {
  summary: 'list, create and revoke virtual keys, and show their key pairs',
  help: `Usage: portcullis keys list
       portcullis keys create <id> [--workspace <id>] [--models <pattern,…>] [--budget <amount>] [--limit <amount>]
                                   [--expires <date>|<n>d] [--owner <text>] [--networks <block,…>]
                                   [--providers <pattern,…>] [--data-regions <id,…>] [--endpoints <pattern,…>]
                                   [--agents <pattern,…>] [--require-metadata <name,…>]
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
        models: { type: 'string', default: '*' },
        overlap: { type: 'string', default: '0s' },
        ...keyOptions,
      },
      2,
    )
    const [action, id] = positionals
    const models = values.models.split(',').filter((pattern) => pattern !== '')
    if (values.url !== undefined && values.config !== undefined) {
      throw new UsageError('--config goes with --data; a gateway that is asked with --url has its own.')
    }
    // Before data are looked for, which may not be there.
    if (action === undefined || !actions.includes(action)) throw unknownAction()
    const api = values.url === undefined ? direct(values.data, values.config) : remote(values.url)
    switch (action) {
      case 'list':
        process.stdout.write(await api.list())
        return 0
      case 'create': {
        if (id === undefined) throw new UsageError('Name the key: portcullis keys create <id>.')
        checkId('id', id)
        checkId('workspace', values.workspace)
        const settings = keySettings(values, new Date())
        return showKey(await api.create({ ...settings, id, workspace: values.workspace, models }))
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

const actions: readonly string[] = ['list', 'create', 'rotate', 'revoke', 'pair']

function unknownAction(): UsageError {
  return new UsageError('Use: portcullis keys list, create, rotate, revoke or pair.')
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

interface Made {
  readonly key: string
  /** Sentences about models that nothing serves now. */
  readonly warnings?: readonly string[]
}

type Wanted = KeySettings & { readonly id: string; readonly workspace: string; readonly models: string[] }

interface KeysAccess {
  list(): Promise<string>
  create(wanted: Wanted): Promise<Made>
  rotate(id: string, overlapSeconds: number): Promise<Made>
  revoke(id: string): Promise<void>
  pair(id: string): Promise<KeyPair>
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

function remote(url: string): KeysAccess {
  return {
    async list() {
      const { data } = (await askControl(url, '/api/v1/keys')) as { data: readonly KeyDescription[] }
      return keysText(data)
    },
    async create(wanted) {
      return (await askControl(url, '/api/v1/keys', { method: 'POST', body: wanted })) as Made
    },
    async rotate(id, overlapSeconds) {
      const path = `/api/v1/keys/${encodeURIComponent(id)}/rotate`
      return (await askControl(url, path, { method: 'POST', body: { overlapSeconds } })) as Made
    },
    async revoke(id) {
      await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
    async pair(id) {
      return (await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}/key-pair`, { method: 'POST' })) as KeyPair
    },
  }
}

/** What a gateway here would start with. Nothing, and a sentence, when the file is not valid: keys can be revoked all the same. */
function configHere(file: string | undefined, data: string) {
  try {
    return { ...configInUse(file, data), hasFile: file !== undefined || existsSync(defaultConfigPath) }
  } catch (fault) {
    process.stderr.write(`${printableLines((fault as Error).message)}\nWhat the file says does not count here.\n`)
    return undefined
  }
}

function direct(data: string, configFile: string | undefined): KeysAccess {
  const withOpen = async <T>(use: (store: ControlStore) => T | Promise<T>): Promise<T> => {
    const store = await openControlBeside(data, process.env)
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  /** A change that cannot be written down is not made. */
  const changed = async (action: AuditAction, id: string, details: object, work: () => unknown): Promise<void> => {
    const log = openAudit(data)
    try {
      await audited(log.append, { actor: 'cli', action, subject: id, details: { ...details } }, work)
    } finally {
      log.close()
    }
  }
  const notThere = (id: string, done: string, outside: string): Error => {
    const { keys = [], keysToGenerate = [] } = configHere(configFile, data)?.config ?? {}
    if ([...keys, ...keysToGenerate].some((key) => key.id === id)) {
      return new Error(`The key "${id}" stands in ${configFile ?? defaultConfigPath}; ${outside} there.`)
    }
    if (environmentKeys(process.env['PORTCULLIS_KEY']).some((key) => key.id === id)) {
      return new Error(`The key "${id}" is that of PORTCULLIS_KEY; start without it, or with another.`)
    }
    return new Error(`There is no key "${id}" that could be ${done}.`)
  }
  return {
    async list() {
      const stored = await withOpen((store) => store.keys())
      const here = configHere(configFile, data)
      // Of a key of the file the store knows the value only.
      const unknown = '(file)'
      const known =
        here?.hasFile !== true
          ? stored.map((key) => (key.source === 'file' ? { ...key, workspace: unknown, models: [unknown] } : key))
          : effectiveKeys(here.config, stored)
      // The variable may be set for a client, with a key that is listed already.
      const [own] = environmentKeys(process.env['PORTCULLIS_KEY']).filter(({ hash }) =>
        known.every((key) => key.hash !== hash),
      )
      return keysText([...(own === undefined ? [] : [own]), ...known].map(describeKey))
    },
    async create({ id, workspace, models, ...settings }) {
      // What cannot be kept is refused before anything is stored.
      const shown = { models, ...settingsOfKey(id, settings) }
      const here = configHere(configFile, data)
      const warnings = here === undefined ? [] : unmatchedIn(shown, resolvedIn(here))
      const key = generateKey()
      const row = { id, hash: hashKey(key), workspace, models, source: 'api', createdAt: Date.now(), settings } as const
      await withOpen(async (store) => {
        if (store.keys().some((known) => known.id === id)) throw idTaken(id)
        await changed('key-created', id, { workspace, models, ...settings }, () => store.addKey(row))
      })
      return { key, warnings }
    },
    async rotate(id, overlapSeconds) {
      const key = generateKey()
      await withOpen(async (store) => {
        const known = store.storedKey(id)
        if (known === undefined || known.source === 'file') throw notThere(id, 'rotated', 'change it')
        const record = rotated(known, { hash: hashKey(key), overlapSeconds, nowMs: Date.now() })
        await changed('key-rotated', id, { overlapSeconds }, () => store.changeKey(record))
      })
      return { key }
    },
    async revoke(id) {
      const isRevoked = await withOpen(async (store) => {
        if (!store.keys().some((key) => key.id === id && key.revokedAt === undefined)) return false
        await changed('key-revoked', id, {}, () => store.revokeKey(id, Date.now()))
        return true
      })
      if (isRevoked) return
      throw notThere(id, 'revoked', 'take it out')
    },
    async pair(id) {
      const found = (await withOpen((store) => store.keys())).find(
        (key) => key.id === id && key.revokedAt === undefined,
      )
      if (found !== undefined) {
        await changed('key-pair-shown', id, {}, () => undefined)
        return keyPairOf(found, openPairSecret(data))
      }
      throw new Error(`There is no key "${id}" in ${data}; one that the file gives its value is known with --url only.`)
    },
  }
}
