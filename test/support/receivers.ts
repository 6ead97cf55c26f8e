import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A program that takes alerts as a webhook does, and remembers them. */
export interface WebhookMock {
  readonly url: string
  readonly taken: readonly { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string }[]
  /** What it answers; from now on. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void
  /** Resolves as soon as so many were taken. */
  until(count: number): Promise<void>
  close(): Promise<void>
}

export async function startWebhookMock(): Promise<WebhookMock> {
  const taken: { headers: IncomingHttpHeaders; body: string; path: string }[] = []
  let waiting: { readonly count: number; resolve(): void }[] = []
  let status = 204
  let answerHeaders: Readonly<Record<string, string>> = {}
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      taken.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), path: request.url ?? '' })
      response.writeHead(status, answerHeaders).end()
      for (const one of waiting) if (taken.length >= one.count) one.resolve()
      waiting = waiting.filter(({ count }) => taken.length < count)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    taken,
    answer(next, headers = {}) {
      status = next
      answerHeaders = headers
    },
    until: (count) =>
      taken.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A mail server that takes everything, in plain text. */
export interface MailMock {
  readonly port: number
  /** Envelope and message of each. */
  readonly mails: readonly { readonly to: readonly string[]; readonly message: string }[]
  /** Answers `DATA` with 550 from now on. */
  refuse(): void
  close(): Promise<void>
}

export async function startMailMock(): Promise<MailMock> {
  const mails: { to: string[]; message: string }[] = []
  const sockets = new Set<Socket>()
  let isRefusing = false
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let held = ''
    let to: string[] = []
    let isData = false
    socket.write('220 mock ESMTP\r\n')
    socket.on('data', (chunk) => {
      held += chunk.toString('utf8')
      for (;;) {
        const mark = isData ? '\r\n.\r\n' : '\r\n'
        const end = held.indexOf(mark)
        if (end < 0) return
        const text = held.slice(0, end)
        held = held.slice(end + mark.length)
        if (isData) {
          mails.push({ to, message: text })
          ;[to, isData] = [[], false]
          socket.write('250 taken\r\n')
        } else if (/^RCPT TO:/i.test(text)) {
          to.push(/<(.*)>/.exec(text)?.[1] ?? '')
          socket.write('250 ok\r\n')
        } else if (/^DATA/i.test(text)) {
          isData = !isRefusing
          socket.write(isRefusing ? '550 a secret word of the server\r\n' : '354 go on\r\n')
        } else if (/^STARTTLS/i.test(text)) socket.write('502 a secret word of the server\r\n')
        else socket.write(/^QUIT/i.test(text) ? '221 bye\r\n' : '250 ok\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    refuse() {
      isRefusing = true
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
