/** What a gateway tells of itself: what is wrong with it, with its accounts, and which keys end soon. Pure, but for what it has seen. */
import { createHash } from 'node:crypto'
import type { VirtualKey } from '../../core/calls/registry.ts'
import type { AlertDraft } from '../../core/spending/alert.ts'
import type { ConfigPlace } from '../readiness.ts'

/** How things are at one time. */
export interface GatewayView {
  readonly now: number
  /** Sentences of `/readyz`, but for that it shuts down. */
  readonly reasons: readonly string[]
  readonly configFault: string | undefined
  readonly configPlace?: ConfigPlace | undefined
  readonly failingAccounts: readonly string[]
  readonly keys: readonly VirtualKey[]
}

const DAY_MS = 86_400_000
/** What comes and goes is told once in so long. */
const FLAP_MS = 3_600_000
const SOON_MS = 7 * DAY_MS

/** What is to be told now. */
export function createGatewayWatch(): (view: GatewayView) => AlertDraft[] {
  let wasDegraded = false
  let failed: ReadonlySet<string> = new Set()
  return ({ now, reasons, configFault, configPlace, failingAccounts, keys }) => {
    const hour = Math.floor(now / FLAP_MS)
    const isDegraded = reasons.length > 0
    const failing = new Set(failingAccounts)
    const drafts: AlertDraft[] = [
      ...reasons.map((reason): AlertDraft => {
        return { ...ofGateway, kind: 'degraded', summary: reason, once: `degraded ${short(reason)} ${hour}` }
      }),
      ...(wasDegraded && !isDegraded
        ? [
            {
              ...ofGateway,
              kind: 'recovered',
              summary: 'All is well with the gateway again.',
              once: `recovered ${now}`,
            } as const,
          ]
        : []),
      ...(configFault === undefined
        ? []
        : [
            {
              ...ofGateway,
              kind: 'config-refused',
              details: { ...configPlace },
              summary: 'The configuration file is not valid; the one before it is in use.',
              once: `config-refused ${short(configFault)} ${hour}`,
            } as const,
          ]),
      ...[...failing].map((id): AlertDraft => {
        const summary = `The account "${id}" fails its health check; routes pass it by.`
        return {
          ...ofGateway,
          subject: id,
          kind: 'account-unhealthy',
          summary,
          once: `account-unhealthy ${id} ${hour}`,
        }
      }),
      ...[...failed]
        .filter((id) => !failing.has(id))
        .map((id): AlertDraft => {
          const summary = `The account "${id}" passes its health check again.`
          return {
            ...ofGateway,
            subject: id,
            kind: 'account-recovered',
            summary,
            once: `account-recovered ${id} ${now}`,
          }
        }),
      ...keys.flatMap((key) => endingSoon(key, now)),
    ]
    wasDegraded = isDegraded
    failed = failing
    return drafts
  }
}

const ofGateway = { subject: '', details: {} } as const

function endingSoon({ id, workspace, owner, expiresAt, revokedAt }: VirtualKey, now: number): AlertDraft[] {
  if (expiresAt === undefined || revokedAt !== undefined || expiresAt <= now || expiresAt - now > SOON_MS) return []
  const at = new Date(expiresAt).toISOString()
  return [
    {
      kind: 'key-expiring',
      workspace,
      subject: id,
      summary: `The key "${id}" ends at ${at.slice(0, 16).replace('T', ' ')} UTC.`,
      details: { key: id, expiresAt: at, ...(owner === undefined ? {} : { owner }) },
      once: `key-expiring ${id} ${expiresAt}`,
    },
  ]
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
