/** Where spans and metrics of calls go, over OTLP. */
export interface TelemetrySettings {
  readonly traces?: SignalTarget
  readonly metrics?: SignalTarget
  readonly conventions: TelemetryConventions
  /** Prompts and answers leave too. */
  readonly sendsContent: boolean
  /** Attributes of the resource, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>
  readonly metricsEveryMs: number
}

export const telemetryConventions = ['gen_ai', 'openinference', 'both'] as const
export type TelemetryConventions = (typeof telemetryConventions)[number]

export const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const
export type OtlpProtocol = (typeof otlpProtocols)[number]

export interface SignalTarget {
  readonly url: string
  readonly protocol: OtlpProtocol
  /** A value may be a reference to a secret, until it is resolved. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly compression: 'gzip' | 'none'
  readonly allowPrivateNetwork: boolean
  readonly tls?: TlsFiles
}

/** Paths of PEM files, and what is in them once they are read. */
export interface TlsFiles {
  /** Who is trusted to vouch for the collector, in place of the usual authorities. */
  readonly ca?: string
  /** What the gateway proves itself with. */
  readonly certificate?: string
  readonly key?: string
}
