import { text } from 'node:stream/consumers'
import { commandLineActor } from '../registry/access.ts'
import { openAudit } from '../server/audit/open-audit.ts'
import { idPattern, idRule } from '../server/config/schema.ts'
import { type CredentialDescription, CredentialSecret, describeCredential } from '../server/control/credentials.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { createKeptCredentials, type KeptCredentials } from '../server/secrets/kept-credentials.ts'
import { openMasterKey, readMasterKey } from '../server/secrets/master-key.ts'
import { type Command, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export const credentials: Command = {
  summary: 'keep credentials of providers, sealed with the master key',
  help: `Usage: portcullis credentials list
       portcullis credentials add <name> [--workspace <id>]       the secret is read from standard input
       portcullis credentials replace <name> [--workspace <id>]   likewise
       portcullis credentials remove <name> [--workspace <id>]
       portcullis credentials rekey     from PORTCULLIS_MASTER_KEY to PORTCULLIS_NEW_MASTER_KEY, on the data directory

  An account of the file names one by  apiKey: credential:<name>  or  credential:<workspace>/<name>.
  PORTCULLIS_MASTER_KEY is the key, PORTCULLIS_MASTER_KEY_FILE a file with it, PORTCULLIS_MASTER_KEY_COMMAND a program that
  prints it; PORTCULLIS_NEW_MASTER_KEY likewise.

  --data <directory>  data directory of a gateway; default ./data. A running one takes changes over within a second
  --url <url>         instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        url: { type: 'string' },
        data: { type: 'string', default: './data' },
        workspace: { type: 'string', default: 'default' },
      },
      2,
    )
    const [action, name] = positionals
    const { url, data, workspace } = values
    if (action === undefined || !actions.includes(action))
      throw new UsageError('Use: portcullis credentials list, add, replace, remove or rekey.')
    if (!idPattern.test(workspace)) throw new UsageError(`The workspace ${idRule}.`)
    if (action === 'rekey') {
      if (url !== undefined) throw new UsageError('rekey works on a data directory: both keys stay on its machine.')
      process.stdout.write(`${await rekey(data)}\n`)
      return 0
    }
    const api = url === undefined ? direct(data) : remote(url)
    if (action === 'list') {
      process.stdout.write(listText(await api.list()))
      return 0
    }
    if (name === undefined || !idPattern.test(name))
      throw new UsageError(`Name the credential: portcullis credentials ${action} <name>, which ${idRule}.`)
    if (action === 'remove') {
      await api.remove(name, workspace)
      process.stdout.write(`The credential "${name}" is removed.\n`)
      return 0
    }
    const secret = CredentialSecret.safeParse(await text(process.stdin))
    if (!secret.success) throw new UsageError('Write the secret to standard input, at most 16384 characters.')
    const kept = await (action === 'add' ? api.add : api.replace)(name, workspace, secret.data)
    process.stdout.write(`Kept as ${kept.reference}, version ${kept.version}.\n`)
    return 0
  },
}

const actions: readonly string[] = ['list', 'add', 'replace', 'remove', 'rekey']

interface CredentialsAccess {
  list(): Promise<readonly CredentialDescription[]>
  add(name: string, workspace: string, secret: string): Promise<CredentialDescription>
  replace(name: string, workspace: string, secret: string): Promise<CredentialDescription>
  remove(name: string, workspace: string): Promise<void>
}

const path = '/api/v1/credentials'

function remote(url: string): CredentialsAccess {
  const one = (name: string, workspace: string): string =>
    `${path}/${encodeURIComponent(name)}?workspace=${encodeURIComponent(workspace)}`
  const ask = async (at: string, method: string, body?: object) =>
    (await askControl(url, at, { method, ...(body === undefined ? {} : { body }) })) as CredentialDescription
  return {
    list: async () => ((await askControl(url, path)) as { data: readonly CredentialDescription[] }).data,
    add: (name, workspace, secret) => ask(path, 'POST', { name, workspace, secret }),
    replace: (name, workspace, secret) => ask(one(name, workspace), 'PUT', { secret }),
    remove: async (name, workspace) => void (await ask(one(name, workspace), 'DELETE')),
  }
}

function direct(data: string): CredentialsAccess {
  const by = commandLineActor
  return {
    list: () => withKept(data, (kept) => kept.list(by).map(describeCredential)),
    add: (name, workspace, secret) =>
      withKept(data, async (kept) => describeCredential(await kept.add(by, { name, workspace }, secret))),
    replace: (name, workspace, secret) =>
      withKept(data, async (kept) => describeCredential(await kept.replace(by, { name, workspace }, secret))),
    remove: (name, workspace) => withKept(data, (kept) => kept.remove(by, { name, workspace })),
  }
}

async function rekey(data: string): Promise<string> {
  const to = await readMasterKey(process.env, 'PORTCULLIS_NEW_MASTER_KEY')
  const count = await withKept(data, (kept) => kept.rekey(commandLineActor, to))
  return `${count} credentials are wrapped for the new master key; start gateways with it from now on.`
}

async function withKept<Result>(
  data: string,
  use: (kept: KeptCredentials) => Result | Promise<Result>,
): Promise<Result> {
  const store = await openControlBeside(data, process.env)
  const log = openAudit(data)
  try {
    const masterKey = openMasterKey(process.env)
    return await use(
      createKeptCredentials({ store, append: log.append, masterKey, now: Date.now, changed: () => undefined }),
    )
  } finally {
    log.close()
    await store.close()
  }
}

function listText(kept: readonly CredentialDescription[]): string {
  return table(
    ['REFERENCE', 'VERSION', 'CREATED', 'CHANGED'],
    kept.map(({ reference, version, createdAt, changedAt }) => [reference, String(version), createdAt, changedAt]),
  )
}
