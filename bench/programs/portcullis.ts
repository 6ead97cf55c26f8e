import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start } from '../processes.ts'
import type { Client, Program } from '../program.ts'

const key = 'pk-bench-0123456789abcdefghijklmnop'

interface Variant {
  readonly controlPort?: number
  readonly bodies?: string
  readonly workers?: number
  readonly client?: Client
  /** Parts of the configuration that are other than usual. */
  more?(mockPort: number): Readonly<Record<string, unknown>>
}

const account = (id: string, mockPort: number): object => ({
  id,
  provider: 'openai-compatible',
  baseUrl: `http://127.0.0.1:${mockPort}/v1`,
  apiKey: 'sk-bench',
  allowPrivateNetwork: true,
})

/** As it is published: built, with a key, an account and the record of calls. */
function portcullis(
  id: string,
  title: string,
  { bodies = 'full', workers = 1, controlPort = 0, client, more }: Variant = {},
): Program {
  return {
    id,
    title,
    async start({ mockPort, port, cores, folder, node }) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true })
      const config = {
        providers: [account('mock', mockPort)],
        models: { 'bench-model': { target: 'mock/bench-model' } },
        keys: [{ id: 'bench', key, workspace: 'default', models: ['*'] }],
        workspaces: [{ id: 'default', record: { bodies } }],
        ...more?.(mockPort),
      }
      const configPath = join(folder, 'portcullis.yaml')
      // JSON is YAML.
      await writeFile(configPath, JSON.stringify(config))
      const program = join(import.meta.dirname, '../../dist/cli/main.js')
      const options = ['--config', configPath, '--data', join(folder, 'data'), '--workers', String(workers)]
      const ports = ['--port', String(port), '--control-port', String(controlPort)]
      const started = start([node, program, 'start', ...options, ...ports], { cores })
      const headers = { authorization: `Bearer ${key}` }
      return client === undefined ? { started, port, headers } : { started, port, headers, client }
    },
  }
}

/** Whose spans and metrics go to a collector, for which the mock stands: it answers whatever comes. */
export const portcullisTelemetry = (controlPort: number): Program =>
  portcullis('telemetry', 'Portcullis: record, and spans and metrics of each call over OTLP', {
    controlPort,
    more: (mockPort) => ({
      telemetry: {
        endpoint: `http://127.0.0.1:${mockPort}`,
        protocol: 'http/json',
        allowPrivateNetwork: true,
        metricsEverySeconds: 1,
      },
    }),
  })

export const portcullisKey = portcullis('key', 'Portcullis: key, routing, usage, cost, record without bodies', {
  bodies: 'off',
})
export const portcullisRecord = portcullis('record', 'Portcullis: all that, and the record with bodies')
export const portcullisTwo = portcullis('two-workers', 'Portcullis: the same with two workers', { workers: 2 })
export const portcullisTranslated = portcullis('translated', 'Portcullis: record, for a client of Anthropic Messages', {
  client: {
    path: '/v1/messages',
    ending: { unary: '"output_tokens":220}}', stream: 'event: message_stop\ndata: {"type":"message_stop"}\n\n' },
  },
})
export const portcullisHit = portcullis('exact-hit', 'Portcullis: record, answered from the exact cache', {
  more: () => ({ cache: { exact: { ttlSeconds: 3600 } } }),
})
export const portcullisRoute = portcullis('route-3', 'Portcullis: record, over a route with three healthy targets', {
  more: (mockPort) => ({
    providers: ['a', 'b', 'c'].map((id) => account(id, mockPort)),
    models: { 'bench-model': { route: 'three' } },
    routes: { three: { loadbalance: ['a', 'b', 'c'].map((id) => ({ target: `${id}/bench-model` })) } },
  }),
})
export const portcullisInspect = portcullis('inspect', 'Portcullis: record, and all guardrails of a preset enforced', {
  more: () => ({ inspection: { preset: 'strict' } }),
})
const plenty = 1e12
export const portcullisBudgets = portcullis('three-budgets', 'Portcullis: record, under three limits', {
  more: () => ({
    keys: [
      {
        id: 'bench',
        key,
        workspace: 'default',
        limits: [{ requests: plenty, tokens: plenty, per: 'minute' }],
        budgets: [{ tokens: plenty, per: 'month' }],
      },
    ],
  }),
})
