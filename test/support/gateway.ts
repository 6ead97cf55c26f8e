import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startGateway } from '../../src/server/start.ts'
import { type Json, leave, openStream, type PostOptions, post, type ReadingClient, type WireReply } from './client.ts'

export interface GatewayOptions {
  /** Top-level parts of `portcullis.yaml`. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly limits?: Readonly<Record<string, number>>
  /** Keys beside `team-a`, which is always there. */
  readonly keys?: readonly Readonly<Record<string, unknown>>[]
  readonly environment?: Readonly<Record<string, string>>
  /** Mock of the metadata service of a cloud's machine. */
  readonly metadata?: string
  /** What the gateway says beside its answers. */
  readonly log?: (message: string) => void
  /** The clock that consumption and the end of management keys are judged by, in Unix milliseconds. */
  readonly now?: () => number
}

/** A running gateway and what a test does with it. */
export interface TestGateway extends GatewayClient {
  readonly directory: string
  readonly configPath: string
  /** Writes `portcullis.yaml` anew; the gateway notices by itself. */
  configure(config: Readonly<Record<string, unknown>>): Promise<void>
  close(): Promise<void>
}

/** Requests to a gateway with the key `team-a`, unless the test sends its own headers. */
export interface GatewayClient {
  readonly url: string
  readonly controlUrl: string
  readonly key: string
  readonly adminToken: string
  post(path: string, body: unknown, options?: PostOptions): Promise<WireReply>
  get(path: string): Promise<WireReply>
  stream(path: string, body: unknown, options?: PostOptions): Promise<ReadingClient>
  /** Asks, and goes away when told to. */
  leave(path: string, body: unknown, when: Promise<void>): Promise<void>
  control(path: string, headers?: PostOptions['headers']): Promise<WireReply>
  /** The record of the call that gave this reply, as soon as it is there. */
  call(reply: Pick<WireReply, 'headers'>): Promise<Json>
  /** The newest calls, as soon as they fulfil the condition. */
  callsUntil(condition: (calls: readonly Json[]) => boolean): Promise<readonly Json[]>
}

const teamKey = 'pk-test-team-a-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-tests-0123456789abcdef'

/** Starts a gateway in this process, on free ports, with a directory of its own. */
export async function startTestGateway({ metadata, log, now, ...options }: GatewayOptions): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-test-'))
  const configPath = join(directory, 'portcullis.yaml')
  const configure = (config: Readonly<Record<string, unknown>>): Promise<void> =>
    writeFile(configPath, stringify(config))
  await configure(configOf(options))
  const running = await startGateway({
    configPath,
    dataDirectory: join(directory, 'data'),
    workers: 1,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, ...options.environment },
    version: '0.0.0-test',
    ...(metadata === undefined ? {} : { metadata: { machine: metadata, 'ecs-task': metadata, 'eks-pod': metadata } }),
    ...(now === undefined ? {} : { now }),
    // A fault that the gateway logs is one that a test has to see.
    log: log ?? ((message) => process.stderr.write(`${message}\n`)),
  })
  return {
    ...gatewayClient(running.url, running.controlUrl),
    directory,
    configPath,
    configure,
    close: async () => {
      await running.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The whole of `portcullis.yaml` for a test. */
function configOf({ config = {}, limits, keys = [] }: GatewayOptions): Record<string, unknown> {
  const catalog = typeof config['catalog'] === 'object' ? config['catalog'] : {}
  return {
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys: [{ id: 'team-a', key: teamKey, workspace: 'default', models: ['*'] }, ...keys],
    ...(limits === undefined ? {} : { limits }),
    ...config,
    // A mock sees the requests of its test, and no others.
    catalog: { discover: 'off', ...catalog },
  }
}

function gatewayClient(url: string, controlUrl: string): GatewayClient {
  const withKey = (headers: PostOptions['headers'] = {}): Record<string, string> => {
    const all: Record<string, string> = { authorization: `Bearer ${teamKey}`, ...headers }
    // An empty header means: send none.
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  }
  const control = (path: string, headers: PostOptions['headers'] = {}): Promise<WireReply> =>
    post(controlUrl + path, undefined, {
      method: 'GET',
      headers: Object.fromEntries(
        Object.entries({ authorization: `Bearer ${adminToken}`, ...headers }).filter(([, value]) => value !== ''),
      ),
    })
  return {
    url,
    controlUrl,
    key: teamKey,
    adminToken,
    post: (path, body, options = {}) => post(url + path, body, { ...options, headers: withKey(options.headers) }),
    get: (path) => post(url + path, undefined, { method: 'GET', headers: withKey() }),
    stream: (path, body, options = {}) =>
      openStream(url + path, body, { ...options, headers: withKey(options.headers) }),
    leave: (path, body, when) => leave(url + path, body, withKey(), when),
    control,
    // Records are written behind the back of the call: each answer of the control API is one more look.
    call: async ({ headers }) => {
      const id = String(headers['x-portcullis-call-id'])
      for (;;) {
        const reply = await control(`/api/v1/calls/${id}`)
        if (reply.status === 200) return reply.json
        if (reply.status !== 404) throw new Error(`the control API answered ${reply.status}: ${reply.text}`)
      }
    },
    callsUntil: async (condition) => {
      for (;;) {
        const reply = await control('/api/v1/calls?limit=50')
        if (reply.status !== 200) throw new Error(`the control API answered ${reply.status}: ${reply.text}`)
        if (condition(reply.json.data)) return reply.json.data
      }
    },
  }
}
