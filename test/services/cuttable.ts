import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/** A way to a server that can be cut, and stops answering then. */
export interface CuttableWay {
  readonly port: number
  /** What clients have sent until now. */
  sentBytes(): number
  /** Ports that the server sees its clients at. */
  ports(): readonly number[]
  cut(): void
  mend(): void
  /** Open, and silent: nothing goes through in either direction. */
  silence(): void
  close(): Promise<void>
}

export async function openCuttableWay(to: { readonly host: string; readonly port: number }): Promise<CuttableWay> {
  const pairs = new Map<Socket, Socket>()
  let state: 'open' | 'cut' | 'silent' = 'open'
  let sent = 0
  const server = createServer((client) => {
    if (state === 'cut') {
      client.destroy()
      return
    }
    const onward = dial(to)
    pairs.set(client, onward)
    for (const [from, into] of [
      [client, onward],
      [onward, client],
    ] as const) {
      from.on('data', (chunk) => {
        if (from === client) sent += chunk.length
        if (state === 'open') into.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        into.destroy()
        pairs.delete(client)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const destroyAll = (): void => {
    for (const [client, onward] of pairs) for (const socket of [client, onward]) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    sentBytes: () => sent,
    ports: () => [...pairs.values()].flatMap(({ localPort }) => (localPort === undefined ? [] : [localPort])),
    cut() {
      state = 'cut'
      destroyAll()
    },
    mend() {
      state = 'open'
    },
    silence() {
      state = 'silent'
    },
    async close() {
      destroyAll()
      server.close()
      await once(server, 'close')
    },
  }
}
