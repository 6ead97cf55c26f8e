import { once } from 'node:events'
import {
  Agent,
  type ClientRequest,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GatewayOptions, startTestGateway, type TestGateway } from './gateway.ts'
import { refusingOrigin } from './mock-provider.ts'

/** A gateway before a provider that a test lets answer, or not, while the request is still coming. */
export interface UploadBed {
  readonly gateway: TestGateway
  /** The next request to the provider, as soon as its head is there. */
  arrival(): Promise<Arrival>
  close(): Promise<void>
}

export interface Arrival {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** Reads all of it. Rejects when it is broken off. */
  body(): Promise<Buffer>
  /** Resolves when the connection has ended, with whether the request was whole by then. */
  readonly closed: Promise<boolean>
}

/** Accounts: `main` and `second`, the same provider; `down`, which refuses connections; `signing`, whose requests are signed. */
export async function startUploadBed(options: GatewayOptions = {}): Promise<UploadBed> {
  const arrived: Arrival[] = []
  const waiting: ((arrival: Arrival) => void)[] = []
  const server = createServer((message, response) => {
    const closed = new Promise<boolean>((resolve) => message.socket.once('close', () => resolve(message.complete)))
    message.on('error', () => undefined)
    const arrival = { message, response, closed, body: () => readWhole(message) }
    const waiter = waiting.shift()
    if (waiter === undefined) arrived.push(arrival)
    else waiter(arrival)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const account = (id: string, baseUrl: string): Record<string, unknown> => ({
    id,
    provider: 'openai',
    baseUrl,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  const gateway = await startTestGateway({
    ...options,
    config: {
      providers: [
        account('main', `${origin}/v1`),
        account('second', `${origin}/second`),
        account('down', `${await refusingOrigin()}/v1`),
        {
          id: 'signing',
          provider: 'bedrock',
          baseUrl: `${origin}/signing`,
          apiKey: 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
          options: { region: 'us-east-1' },
          allowPrivateNetwork: true,
        },
      ],
      models: { speech: { target: 'main/whisper-1' }, both: { route: 'both' }, reachable: { route: 'reachable' } },
      routes: {
        both: { fallback: [{ target: 'main/whisper-1' }, { target: 'second/whisper-2' }] },
        reachable: { fallback: [{ target: 'down/whisper-1' }, { target: 'main/whisper-1' }] },
      },
      ...options.config,
    },
  })
  return {
    gateway,
    arrival() {
      const next = arrived.shift()
      return next === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(next)
    },
    close: async () => {
      await gateway.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

async function readWhole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A request whose body a test sends piece by piece. */
export interface Upload {
  readonly request: ClientRequest
  /** Resolves when the system has taken it. */
  send(bytes: Buffer): Promise<void>
  end(bytes?: Buffer): void
  readonly reply: Promise<UploadReply>
}

export interface UploadReply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Without `length` it goes in chunks. */
export function upload(
  { gateway }: Pick<UploadBed, 'gateway'>,
  path: string,
  contentType: string,
  length?: number,
  more: Readonly<Record<string, string>> = {},
): Upload {
  const request = httpRequest(gateway.url + path, {
    method: 'POST',
    agent: new Agent({ keepAlive: false }),
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': contentType,
      ...(length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) }),
      ...more,
    },
  })
  request.on('error', () => undefined)
  const reply = once(request, 'response').then(async ([response]: IncomingMessage[]) => {
    if (response === undefined) throw new Error('no response')
    const { statusCode = 0, headers } = response
    return { status: statusCode, headers, text: (await readWhole(response)).toString('utf8') }
  })
  reply.catch(() => undefined)
  return {
    request,
    send: (bytes) =>
      new Promise((resolve, reject) => request.write(bytes, (fault) => (fault ? reject(fault) : resolve()))),
    end: (bytes) => void request.end(bytes),
    reply,
  }
}

const boundary = '----WebKitFormBoundaryOfTests'
export const formType = `multipart/form-data; boundary=${boundary}`

export function field(name: string, value: string): Buffer {
  return Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
}

export function fileStart(name = 'file'): Buffer {
  return Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`,
  )
}

/** Behind a file. */
export const formEnd = Buffer.from(`\r\n--${boundary}--\r\n`)
