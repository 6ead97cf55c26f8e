import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DetectorQuestion {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody whom a remote detector asks. */
export interface DetectorMock {
  readonly origin: string
  readonly asked: readonly DetectorQuestion[]
  /** How it answers from now on: with JSON, or by hand. */
  answer(answer: (question: DetectorQuestion, response: ServerResponse) => unknown): void
  /** Forgets what it was asked. */
  reset(): void
  close(): Promise<void>
}

export async function startDetectorMock(): Promise<DetectorMock> {
  const asked: DetectorQuestion[] = []
  let answer: (question: DetectorQuestion, response: ServerResponse) => unknown = () => ({})
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const question = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      asked.push(question)
      const json = answer(question, response)
      if (json !== undefined) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer(next) {
      answer = next
    },
    reset() {
      asked.length = 0
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
