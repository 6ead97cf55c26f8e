import { createServer, type Server, Socket } from 'node:net'

/** A way to a service that a test can cut, or let fall silent, while the service itself goes on. */
export interface CuttableProxy {
  readonly port: number
  /** Ends what is open and takes no more, as a stopped server. */
  cut(): void
  /** Keeps what is open and passes nothing on, as a network that loses all packets. */
  silence(): void
  restore(): void
  close(): Promise<void>
}

export async function startCuttableProxy(host: string, port: number): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  let state: 'open' | 'cut' | 'silent' = 'open'
  const server: Server = createServer((client) => {
    open.add(client)
    client.on('error', () => undefined).on('close', () => open.delete(client))
    if (state === 'cut') return void client.destroy()
    const upstream = new Socket()
    open.add(upstream)
    upstream
      .on('error', () => client.destroy())
      .on('close', () => {
        open.delete(upstream)
        client.destroy()
      })
    client.on('close', () => upstream.destroy())
    upstream.connect(port, host)
    client.on('data', (bytes) => state === 'open' && upstream.write(bytes))
    upstream.on('data', (bytes) => state === 'open' && client.write(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const endAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: address.port,
    cut() {
      state = 'cut'
      endAll()
    },
    silence() {
      state = 'silent'
    },
    restore() {
      // What fell silent has lost bytes, and is of no use any more.
      if (state === 'silent') endAll()
      state = 'open'
    },
    close: () =>
      new Promise((resolve) => {
        endAll()
        server.close(() => resolve())
      }),
  }
}
