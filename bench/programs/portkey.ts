import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { start } from '../processes.ts'
import type { Program } from '../program.ts'

/** Installed into a temporary folder. A fresh install is broken from @hono/node-server 1.15 on, so that is pinned. */
export const portkey: Program = {
  id: 'portkey',
  title: '@portkey-ai/gateway 1.15.2, --headless, production',
  async start({ mockPort, port, cores, folder, node }) {
    await mkdir(folder, { recursive: true })
    const manifest = {
      private: true,
      dependencies: { '@portkey-ai/gateway': '1.15.2' },
      overrides: { '@hono/node-server': '1.14.0' },
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    try {
      await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
    } catch (fault) {
      return {
        missing: `npm install failed: ${fault instanceof Error ? fault.message.split('\n')[0] : 'unknown fault'}`,
      }
    }
    const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
    return {
      started: start([node, program, `--port=${port}`, '--headless'], {
        cores,
        folder,
        environment: { NODE_ENV: 'production' },
      }),
      port,
      headers: {
        authorization: 'Bearer sk-bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${mockPort}/v1`,
      },
    }
  },
}
