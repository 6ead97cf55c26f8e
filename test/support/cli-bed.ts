import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildGateway, startChildGateway } from './child-gateway.ts'
import { post, type WireReply } from './client.ts'
import { type CommandLine, commandLine, type Ended } from './command-line.ts'

const token = 'admin-token-of-the-cli-0123456789abcdef'
/** Of `PORTCULLIS_KEY`. */
export const teamKey = 'pk-of-the-cli-0123456789abcdef'

interface AskOptions {
  readonly key?: string
  readonly model?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A directory with a running gateway, and commands that run in it. */
export interface CliBed {
  readonly directory: string
  readonly dataDirectory: string
  readonly gateway: ChildGateway
  readonly launch: CommandLine['launch']
  cli(...args: string[]): Promise<Ended>
  /** The same with the URL of the gateway. */
  control(...args: string[]): Promise<Ended>
  ask(content: string, options?: AskOptions): Promise<WireReply>
  /** Follows the calls of the gateway until the command has printed the one of this reply. */
  recorded(make: () => Promise<WireReply>, ...args: string[]): Promise<Ended & { readonly id: string }>
  close(): Promise<void>
}

export async function startCliBed(): Promise<CliBed> {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-cli-'))
  const dataDirectory = join(directory, 'data')
  const environment = { PORTCULLIS_ADMIN_TOKEN: token, PORTCULLIS_KEY: teamKey }
  const fallback = [{ target: 'demo/error-503' }, { target: 'demo/echo' }]
  const config = { models: { safe: { route: 'two' } }, routes: { two: { fallback } } }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
  const gateway = await startChildGateway({ dataDirectory, environment })
  const { launch, close } = commandLine(() => directory, { PORTCULLIS_ADMIN_TOKEN: token })
  const cli = (...args: string[]): Promise<Ended> => launch(args).ended
  return {
    directory,
    dataDirectory,
    gateway,
    launch,
    cli,
    control: (...args) => cli(...args, '--url', gateway.controlUrl),
    ask(content, { key = teamKey, model = 'demo/echo', headers = {} } = {}) {
      const body = { model, messages: [{ role: 'user', content }] }
      return post(`${gateway.url}/v1/chat/completions`, body, {
        headers: { authorization: `Bearer ${key}`, ...headers },
      })
    },
    async recorded(make, ...args) {
      const following = launch(['calls', '--follow', '--data', dataDirectory, ...args])
      await following.prints('STARTED')
      const id = String((await make()).headers['x-portcullis-call-id'])
      await following.prints(id)
      following.child.kill('SIGINT')
      return { ...(await following.ended), id }
    },
    async close() {
      close()
      gateway.process.kill('SIGTERM')
      await gateway.exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** One line that ends as a sentence does, without a stack trace. */
export const sentence = /^[A-Z][^\n]*[.?]\n$/
