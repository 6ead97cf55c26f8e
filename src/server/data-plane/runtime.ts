import type { ModelCall, ModelReply, Next, RoutedCall } from '../../core/calls/call.ts'
import type {
  HealthCheck,
  Limits,
  Principal,
  ProviderAccount,
  RecordSettings,
  Target,
  VirtualKey,
} from '../../core/calls/registry.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { ListedModel } from '../../core/model/dialect.ts'
import type { Embedder } from '../../core/model/embedder.ts'
import type { FormFields } from '../../core/wire/form-scanner.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import type { DirectCall, RawCall } from '../../gateway/call-raw.ts'
import type { SessionWatch } from '../../gateway/consumption/watch-session.ts'
import type { FormOwner } from '../../gateway/inspection/guard-form.ts'
import type { SessionGuard } from '../../gateway/inspection/guard-session.ts'
import type { CheckImages } from '../../gateway/inspection/image-limits.ts'
import type { OnlyAccount } from '../../gateway/only-account.ts'
import type { RealtimeCall, RealtimeSession } from '../../gateway/open-realtime.ts'
import type { KnownOfCall } from '../../gateway/within-budgets.ts'
import type { SessionBudget } from '../../gateway/within-session.ts'
import type { Asker } from '../../registry/client-address.ts'
import type { ClientSecrets } from '../../registry/client-secrets.ts'
import type { RequestHead } from '../../registry/signed-request.ts'
import type { SignedCaller } from '../../registry/virtual-keys.ts'
import type { Scanner } from '../scan/scanner.ts'

/** All that a call needs, built as a whole from one configuration. A call keeps the runtime that it started with. */
export interface Runtime {
  readonly limits: Limits
  readonly pipeline: Next<ModelCall, ModelReply>
  /** Whether a copy of the next call of this model goes elsewhere too, and through what. By chance. */
  shadowOf(model: string): Next<ModelCall, ModelReply> | undefined
  /** What looks at the fields of a call's form, where guardrails do. */
  formGuard(owner: FormOwner): FormFields | undefined
  /** Holds one call of its budgets, with what is known of it. Rejects with `rate_limited`, `budget_exceeded` or `unpriced_call`. */
  withinOne(call: RoutedCall, known?: KnownOfCall): Promise<void>
  /** The budgets of a session; `undefined` where it is under none of tokens. */
  sessionBudget(call: RoutedCall, target: Target): SessionBudget | undefined
  /** What judges what is said in a session; `undefined` where consumption is not watched. */
  sessionWatch(call: RoutedCall, target: Target): SessionWatch | undefined
  /** What looks at the client's messages of a session, where guardrails do. */
  sessionGuard(owner: FormOwner & { readonly model: string }): SessionGuard | undefined
  /** Which models a session may name beside its own without getting past guardrails; `undefined`: any. */
  sessionModels(
    owner: Pick<FormOwner, 'principal'> & { readonly model: string },
  ): ((name: string) => boolean) | undefined
  /** What holds the pictures of a caller's messages to their limits; `undefined`: he has none. */
  checkImagesOf(caller: Pick<Principal, 'workspace' | 'key'>): CheckImages | undefined
  /** Whether guardrails or limits look at what this caller sends before it goes on. */
  isGuarded(principal: Principal): boolean
  readonly isConsumptionWatched: boolean
  /** Sends a request to a path of one account. */
  raw(call: RawCall): Promise<ModelReply>
  /** The same for what a caller asks of an account, whatever the key may use. */
  askAccount(call: DirectCall): Promise<ModelReply>
  /** The same of the gateway's own making, which no guardrail looks at. */
  direct(call: DirectCall): Promise<ModelReply>
  /** Resolves with the fault that says that the account does not answer as it should. */
  askHealth(account: ProviderAccount, check: HealthCheck): Promise<GatewayError | undefined>
  readonly accounts: readonly ProviderAccount[]
  /** Several workspaces have keys, and so the accounts in common. */
  readonly isShared: boolean
  /** By its own id or that of its provider, for a key that may use all its models. Throws `unknown_provider` or `model_not_allowed`. */
  accountFor(principal: Principal, name: string): ProviderAccount
  /** Whether calls of these models are under a budget or a limit. */
  isBudgeted(principal: Principal, models: Iterable<string>): boolean
  /** Where all of some requests lead, with models that the key may use, if that is one account. */
  onlyAccount(principal: Principal, bodies: readonly JsonObject[]): OnlyAccount | undefined
  /** Of semantic features. */
  readonly embedder: Embedder
  /** Opens the provider's side of a session. */
  readonly realtime: Next<RealtimeCall, RealtimeSession>
  /**
   * Whose key the headers hold, if it may be used by the asker at the endpoint; without one, at what is free to all keys.
   * Throws the fault of a missing, unknown, revoked or conflicting key, `network_not_allowed` or `endpoint_not_allowed`.
   */
  authenticate(headers: Asker['headers'], asker: Asker, endpoint: string | undefined): VirtualKey
  /** Whose key the headers hold, wherever it is used: `checkUse` says no once the record knows whose call it is. */
  identify(headers: Asker['headers']): VirtualKey
  /** The same for who shows what a key has given out in its name. */
  identifyHash(keyHash: string): VirtualKey
  /**
   * Throws `revoked_key`, `expired_key`, `network_not_allowed`, `endpoint_not_allowed`, `key_suspended` or
   * `approval_required`.
   */
  checkUse(key: VirtualKey, asker: Asker, endpoint: string | undefined): void
  /** Absent where there can be none. */
  readonly clientSecrets?: ClientSecrets
  /** `identify` for a request that is signed as AWS has it; `undefined` for any other. */
  identifySigned(request: RequestHead & Asker, endpoint: string, nowMs: number): SignedCaller | undefined
  /** Looks at texts on their own, which are no call of a model. */
  readonly scan: Scanner
  /** Whether there is a provider account of this id. */
  isAccount(id: string): boolean
  recordSettings(workspace: string): RecordSettings
  /** The models that this caller may use. */
  listModels(principal: Principal): readonly ListedModel[]
  /** One that this caller may use, listed or not. Throws `unknown_model`. */
  modelNamed(principal: Principal, name: string): ListedModel
}
