/** The body of `GET /readyz`. */
export interface Readiness {
  readonly ready: boolean
  readonly status: 'ok' | 'degraded' | 'draining'
  /** What is wrong now, in sentences. */
  readonly reasons: readonly string[]
}

export interface GatewayStatus {
  isDraining: boolean
  /** Why the changed configuration file is not in use. */
  configFault: string | undefined
  /** The first place in it that is not valid; without words of the file. */
  configPlace?: ConfigPlace | undefined
}

export interface ConfigPlace {
  readonly line: number
  readonly column: number
  readonly key?: string
  /** How many there are in all. */
  readonly faults: number
}

/** A record that cannot be stored, or a stale configuration, is said but does not take the gateway out of service: traffic goes on. */
export function readinessOf(
  { isDraining, configFault }: Readonly<GatewayStatus>,
  storageReasons: readonly string[],
): Readiness {
  const reasons = [
    ...(isDraining ? ['The gateway is shutting down.'] : []),
    ...new Set(storageReasons),
    ...(configFault === undefined ? [] : ['The configuration file is not valid; the one before it is in use.']),
  ]
  return {
    ready: !isDraining,
    status: isDraining ? 'draining' : reasons.length > 0 ? 'degraded' : 'ok',
    reasons,
  }
}
