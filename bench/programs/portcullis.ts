import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start } from '../processes.ts'
import type { Client, Program } from '../program.ts'

const key = 'pk-bench-0123456789abcdefghijklmnop'

/** As it is published: built, with a key, an account and the record of calls. */
function portcullis(
  id: string,
  title: string,
  { bodies = 'full', workers = 1, client }: { bodies?: string; workers?: number; client?: Client } = {},
): Program {
  return {
    id,
    title,
    async start({ mockPort, port, cores, folder, node }) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true })
      const config = {
        providers: [
          {
            id: 'mock',
            provider: 'openai-compatible',
            baseUrl: `http://127.0.0.1:${mockPort}/v1`,
            apiKey: 'sk-bench',
            allowPrivateNetwork: true,
          },
        ],
        models: { 'bench-model': { target: 'mock/bench-model' } },
        keys: [{ id: 'bench', key, workspace: 'default', models: ['*'] }],
        workspaces: [{ id: 'default', record: { bodies } }],
      }
      const configPath = join(folder, 'portcullis.yaml')
      // JSON is YAML.
      await writeFile(configPath, JSON.stringify(config))
      const program = join(import.meta.dirname, '../../dist/cli/main.js')
      const options = ['--config', configPath, '--data', join(folder, 'data'), '--workers', String(workers)]
      const ports = ['--port', String(port), '--control-port', '0']
      const started = start([node, program, 'start', ...options, ...ports], { cores })
      const headers = { authorization: `Bearer ${key}` }
      return client === undefined ? { started, port, headers } : { started, port, headers, client }
    },
  }
}

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
