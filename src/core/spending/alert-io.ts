import type { Socket } from 'node:net'

/** What sending an alert may do in the world. */
export interface AlertIo {
  /** Unix milliseconds. */
  now(): number
  /** The secret itself, or what a reference stands for. Throws `secret_unavailable`. */
  secret(text: string): Promise<string>
  /** Sends to an address that was checked as those of providers are; redirects are not followed. Rejects with a `GatewayError`. */
  send(
    place: AlertPlace,
    method: 'POST' | 'PUT',
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<number>
  /** An open connection to a host that was checked likewise. Rejects with a `GatewayError`. */
  connect(place: AlertPlace, host: string, port: number): Promise<Socket>
}

export interface AlertPlace {
  /** In errors. */
  readonly name: string
  readonly allowPrivateNetwork: boolean
}
