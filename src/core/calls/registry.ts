import type { ModelFacts } from '../model/prices.ts'
import type { Provider } from '../model/provider.ts'
import type { Budget } from '../spending/budget.ts'
import type { KeyScope } from './key-scope.ts'
import type { RoutePlan, RouteSettings, RouteShadow } from './route-plan.ts'

/** One set of credentials for a provider. Addressable as `<id>/<model>`. */
export interface ProviderAccount {
  readonly id: string
  readonly provider: Provider
  /** No trailing slash. */
  readonly baseUrl: string
  readonly secret?: string
  /** In place of `secret`: where it is kept, such as `vault:secret/openai#apiKey`. */
  readonly secretReference?: string
  /** A private or loopback `baseUrl` is refused without it. */
  readonly allowPrivateNetwork: boolean
  /** Whether the file itself permits private addresses, which a token endpoint needs too: it may stand in a credential that somebody else wrote. */
  readonly allowPrivateTokenEndpoint?: boolean
  /** Ask for usage in streams although the client did not: exact cost, but the stream differs from a direct one. */
  readonly requestStreamUsage: boolean
  /** Files and other things that the gateway has not seen made there are everybody's, also where several workspaces have keys. */
  readonly passesUnknownIds?: true
  /** What the client says of its trace goes there too (W3C Trace Context and Baggage). */
  readonly passesTraceContext?: true
  /** Where its provider has what it is sent, by the operator's word. Absent: not said. */
  readonly dataRegion?: string
  readonly options: Readonly<Record<string, string>>
  /** Those that it is listed with and that mean it without its name. Absent: what the catalogue knows of its provider. */
  readonly models?: readonly string[]
  readonly source: 'file' | 'environment' | 'built-in'
  /** Absent: as many calls at once as come. */
  readonly slots?: {
    readonly maxConcurrentCalls: number
    /** More are refused at once. */
    readonly maxWaiting: number
    readonly maxWaitMs: number
  }
  /** Absent: only calls tell how it is doing. */
  readonly healthCheck?: HealthCheck
  /** Id of the account that this one is a further credential of: what is asked of that one may be asked of this. */
  readonly furtherOf?: string
}

/** How an account is asked, beside the calls, whether it is there. */
export interface HealthCheck {
  readonly everyMs: number
  readonly timeoutMs: number
  /** So many in a row, and routes pass by. */
  readonly failures: number
  /** `models`: the list of its models, which costs nothing. `path`: of its host. `model`: one token of it, which is paid for. */
  readonly question:
    | { readonly kind: 'models' }
    | { readonly kind: 'path'; readonly path: string }
    | { readonly kind: 'model'; readonly model: string }
}

/** Where a call may go: an account and the name that its provider knows the model by. */
export interface Target {
  readonly account: ProviderAccount
  readonly model: string
  /** Absent for a model that the catalogue does not know: its price is unknown. */
  readonly facts?: ModelFacts
  /** Time for this attempt: up to the first byte of the reply, or the first content where the call can still go elsewhere. */
  readonly timeoutMs?: number
}

/** What a requested model name stands for. */
export interface ResolvedModel {
  readonly route: string
  readonly plan: RoutePlan
  readonly settings: RouteSettings
  readonly shadow?: RouteShadow
}

/** Who is served first where calls wait for an account; the first is served first. */
export const priorities = ['high', 'normal', 'low'] as const
export type Priority = (typeof priorities)[number]

/** Who is calling. */
export interface Principal {
  readonly key: string
  readonly workspace: string
  /** Patterns with `*`, on the name that the client asks for. */
  readonly models: readonly string[]
  /** Absent: `normal`. */
  readonly priority?: Priority
  /** Of the key itself. */
  readonly budgets?: readonly Budget[]
  readonly scope?: KeyScope
  /** Whoever answers for the key. */
  readonly owner?: string
}

/** A virtual key as it is kept: never the key itself. */
export interface VirtualKey {
  readonly id: string
  /** SHA-256 of the key, lower-case hex. Keys are 256 random bits or long operator secrets, so a slow hash would add nothing. */
  readonly hash: string
  readonly workspace: string
  readonly models: readonly string[]
  /** Absent: `normal`. */
  readonly priority?: Priority
  readonly budgets?: readonly Budget[]
  readonly scope?: KeyScope
  readonly source: 'file' | 'environment' | 'api' | 'first-start'
  /** Unix milliseconds, as all times here. */
  readonly createdAt: number
  readonly revokedAt?: number
  /** From then on it does not work. */
  readonly expiresAt?: number
  /** Whoever answers for it. */
  readonly owner?: string
  /** The value that it had before, which works for a while beside the new one. */
  readonly earlier?: { readonly hash: string; readonly until: number }
}

export interface Limits {
  readonly maxBodyBytes: number
  readonly maxReplyBytes: number
  readonly maxStreamEventBytes: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  /** Covers the whole call, its stream included. */
  readonly deadlineMs: number
  /** Covers a whole realtime session. */
  readonly sessionDeadlineMs: number
  /** Until the provider's first byte, and between two bytes. */
  readonly upstreamTimeoutMs: number
  readonly maxConcurrentCalls: number
  readonly maxConcurrentCallsPerKey: number
  /** Of spans, unpacked, that are read for one key. */
  readonly maxSpanBytesPerMinute: number
  /** Sockets that stay open between their calls. */
  readonly maxSocketsPerKey: number
  /** Of files that are kept here, results of batches among them. */
  readonly maxFileBytesPerWorkspace: number
  /** Of large bodies that wait on the disk of this process until they may go on; of one key half as much. */
  readonly maxScratchBytes: number
  /** Lateness of this process, on average lately, from which new calls are refused. */
  readonly maxEventLoopDelayMs: number
  /** Memory of this process from which new calls are refused. Absent: no limit. */
  readonly maxMemoryMegabytes?: number
  readonly maxConnectionsPerOrigin: number
  readonly drainTimeoutMs: number
}

/** What is kept of the bodies of a workspace's calls. */
export interface RecordSettings {
  readonly bodies: 'full' | 'off'
  /** Longer bodies are cut here and marked. */
  readonly maxBodyBytes: number
  /** How old calls, and what was said in them, may become; absent: any age. */
  readonly keepDays?: number
  readonly keepBodiesDays?: number
  /** Entries of the W3C `baggage` that are metadata of the call. */
  readonly baggage?: readonly string[]
}

export function principalOf({ id, workspace, models, priority, budgets, scope, owner }: VirtualKey): Principal {
  return {
    key: id,
    workspace,
    models,
    ...(priority === undefined ? {} : { priority }),
    ...(budgets === undefined ? {} : { budgets }),
    ...(scope === undefined ? {} : { scope }),
    ...(owner === undefined ? {} : { owner }),
  }
}
