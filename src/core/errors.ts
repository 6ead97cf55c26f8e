/**
 * Every fault that a caller can meet, in one table. The code is the contract; texts are for people.
 * `docs/ERRORS.md` is generated from it.
 *
 * `status` is the HTTP status, `retryable` whether the same request may succeed a little later or at another target,
 * `help` what the reader of the error can do.
 */
export const errorCatalogue = {
  // What the client sent
  invalid_json: { status: 400, retryable: false, help: 'Send one JSON object, encoded as UTF-8.' },
  invalid_form: {
    status: 400,
    retryable: false,
    help: 'Send one whole form as `multipart/form-data`, each part with one name.',
  },
  invalid_utf8: { status: 400, retryable: false, help: 'Encode the body as UTF-8.' },
  invalid_request: { status: 400, retryable: false, help: 'Correct the named field.' },
  range_too_large: {
    status: 400,
    retryable: false,
    help: 'Ask for a shorter range, a longer interval, or by fewer and other dimensions.',
  },
  invalid_encoding: { status: 415, retryable: false, help: 'Send the body without `Content-Encoding`.' },
  invalid_content_type: {
    status: 415,
    retryable: false,
    help: 'Send what the path takes, JSON or a form, with its `Content-Type`.',
  },
  body_too_large: { status: 413, retryable: false, help: 'Send a smaller body, or raise `limits.maxBodyBytes`.' },
  body_timeout: {
    status: 408,
    retryable: true,
    help: 'Send the whole body, or 64 KiB more of a large form, within `limits.bodyTimeoutMs`.',
  },
  unknown_path: {
    status: 404,
    retryable: false,
    help: 'Use a path of docs/guides/clients.md or docs/guides/endpoints.md.',
  },
  upgrade_required: { status: 426, retryable: false, help: 'Open a WebSocket at this path.' },
  frame_too_large: {
    status: 413,
    retryable: false,
    help: 'Send smaller messages, or raise `limits.maxStreamEventBytes`.',
  },
  invalid_frame: { status: 400, retryable: false, help: 'Send frames as RFC 6455 has them.' },
  method_not_allowed: { status: 405, retryable: false, help: 'Use the method that the `Allow` header names.' },
  // Who the client is
  missing_key: {
    status: 401,
    retryable: false,
    help: 'Send a virtual key as `Authorization: Bearer <key>` or `x-api-key`.',
  },
  unknown_key: { status: 401, retryable: false, help: 'Check the virtual key, or ask for a new one.' },
  key_suspended: {
    status: 403,
    retryable: false,
    help: 'The key was suspended; whoever runs the gateway can resume it, by the decision that the message names.',
  },
  approval_required: {
    status: 403,
    retryable: false,
    help: 'Have the key approved; the message names the decision that it waits for.',
  },
  expired_key: { status: 401, retryable: false, help: 'Ask for a new virtual key, or have this one prolonged.' },
  revoked_key: { status: 401, retryable: false, help: 'Ask for a new virtual key.' },
  invalid_signature: {
    status: 403,
    retryable: false,
    help: 'Sign the request as it is sent, with the key pair of the virtual key and a clock that is right.',
  },
  conflicting_keys: { status: 400, retryable: false, help: 'Send one virtual key, in one header.' },
  invalid_admin_token: {
    status: 401,
    retryable: false,
    help: 'Send the admin token or a management key as `Authorization: Bearer <token>`.',
  },
  permission_denied: {
    status: 403,
    retryable: false,
    help: 'Ask with a management key that may do this; docs/guides/access.md says which.',
  },
  model_not_allowed: {
    status: 403,
    retryable: false,
    help: 'Ask for a model that this key may use; `GET /v1/models` lists them.',
  },
  provider_not_allowed: {
    status: 403,
    retryable: false,
    help: 'Ask for a model of a provider, and in a region, that this key and its workspace may use.',
  },
  endpoint_not_allowed: { status: 403, retryable: false, help: 'Use an endpoint that this key is for.' },
  network_not_allowed: {
    status: 403,
    retryable: false,
    help: 'Call from a network of the key; behind a proxy, name it in `listen.trustedProxies`.',
  },
  agent_not_allowed: {
    status: 403,
    retryable: false,
    help: 'Name an agent that this key is for, as `agent` in `x-portcullis-metadata` or in the `metadata` of the body.',
  },
  metadata_required: {
    status: 400,
    retryable: false,
    help: 'Send the metadata that this key asks for, in `x-portcullis-metadata` or in the body.',
  },
  guardrail_denied: {
    status: 400,
    retryable: false,
    help: 'Take out of a request what the guardrail found, or ask for another answer; whoever runs the gateway can look at the decision that the message names.',
  },
  guardrail_unavailable: {
    status: 503,
    retryable: true,
    help: 'Try again later: a guardrail could not do its work. Whoever runs the gateway finds why in its log, and with `inspection.onError: allow` such texts pass.',
  },
  guardrail_approval_required: {
    status: 403,
    retryable: false,
    help: 'Ask whoever runs the gateway to approve the decision that the message names, then send the same request again.',
  },
  uninspectable_body: {
    status: 400,
    retryable: false,
    help: 'Send it as JSON in UTF-8 that any parser reads in one way, or as what it says that it is: a guardrail has to read it.',
  },
  image_over_limit: {
    status: 400,
    retryable: false,
    help: 'Send fewer or smaller images, as PNG, JPEG, GIF or WebP; the message names the limit of `inspection.images`.',
  },
  // What was asked for
  unknown_model: {
    status: 404,
    retryable: false,
    help: 'Use a name that `GET /v1/models` lists, or `provider/model`.',
  },
  unknown_provider: {
    status: 404,
    retryable: false,
    help: 'Configure an account for this provider, or use one that is configured.',
  },
  unsupported_endpoint: { status: 400, retryable: false, help: 'Use a model of a provider that serves this endpoint.' },
  not_found: { status: 404, retryable: false, help: 'Check the id.' },
  quota_exceeded: {
    status: 429,
    retryable: false,
    help: 'Delete files that are not needed, or wait until batches have ended.',
  },
  conflict: {
    status: 409,
    retryable: false,
    help: 'Do what the message says, or read the object again and repeat the change.',
  },
  // The gateway's own limits
  too_many_calls: { status: 429, retryable: true, help: 'Try again after the time in `Retry-After`.' },
  rate_limited: {
    status: 429,
    retryable: true,
    help: 'Try again after the time in `Retry-After`, or have the limit raised.',
  },
  budget_exceeded: { status: 429, retryable: false, help: 'Wait until the budget begins anew, or have it raised.' },
  budget_unavailable: {
    status: 503,
    retryable: true,
    help: 'Try again after the time in `Retry-After`. `GET /readyz` says why the authority of budgets is away; docs/guides/budgets.md says what `whenAway` does.',
  },
  unpriced_call: {
    status: 403,
    retryable: false,
    help: 'Give the model a price under `catalog.models`, or set `unpriced: allow` on the budget.',
  },
  overloaded: { status: 503, retryable: true, help: 'Try again after the time in `Retry-After`.' },
  account_busy: {
    status: 503,
    retryable: true,
    help: "Try again after the time in `Retry-After`, or raise the account's `maxConcurrentCalls` or `queue`.",
  },
  no_healthy_target: {
    status: 503,
    retryable: true,
    help: 'Try again after the time in `Retry-After`, or give the route another target.',
  },
  shutting_down: {
    status: 503,
    retryable: true,
    help: 'Try again; another instance or the restarted one will answer.',
  },
  deadline_exceeded: { status: 504, retryable: false, help: 'Ask for less, or raise `limits.deadlineMs`.' },
  client_closed: { status: 499, retryable: false, help: 'The client left before the reply had ended.' },
  hedge_lost: { status: 499, retryable: false, help: 'Nothing: another target had answered first.' },
  record_unavailable: {
    status: 503,
    retryable: true,
    help: 'The record of calls cannot be read now; `GET /readyz` says why. Calls are not affected.',
  },
  alert_undelivered: {
    status: 502,
    retryable: true,
    help: 'Look at the receiver of `alerts`; it is tried again for a day.',
  },
  store_unavailable: {
    status: 503,
    retryable: true,
    help: 'What the gateway keeps cannot be read or changed now; the message says why. Calls are not affected.',
  },
  audit_unavailable: {
    status: 503,
    retryable: true,
    help: 'What cannot be written to the audit log is not done; the message says why. Calls are not affected.',
  },
  embedder_unavailable: {
    status: 503,
    retryable: true,
    help: 'The local model makes no vectors now; `GET /readyz` says why. Calls are not affected.',
  },
  internal_error: { status: 500, retryable: true, help: 'Report the call id.' },
  // What the provider did
  upstream_rejected: {
    status: 400,
    retryable: false,
    help: 'The provider refused the request; its own words are in the message.',
  },
  upstream_unauthorized: {
    status: 401,
    retryable: false,
    help: "Check the provider account's credential; the virtual key is fine.",
  },
  secret_unavailable: {
    status: 503,
    retryable: true,
    help: 'The message names the reference and what is wrong with it; the virtual key is fine. See docs/guides/credentials.md.',
  },
  upstream_forbidden: { status: 403, retryable: false, help: "Check what the provider account's credential may do." },
  upstream_not_found: { status: 404, retryable: false, help: 'The provider does not know the model or path.' },
  upstream_rate_limited: { status: 429, retryable: true, help: 'Try again after the time in `Retry-After`.' },
  upstream_error: { status: 502, retryable: true, help: 'The provider failed; try again or use another target.' },
  upstream_overloaded: { status: 503, retryable: true, help: 'The provider is overloaded; try again later.' },
  upstream_timeout: { status: 504, retryable: true, help: 'The provider was silent for too long.' },
  upstream_unreachable: { status: 502, retryable: true, help: 'Check the base URL and the network.' },
  upstream_reset: { status: 502, retryable: true, help: 'The provider cut the connection.' },
  upstream_invalid_reply: {
    status: 502,
    retryable: true,
    help: 'The provider sent something that is not of its own format.',
  },
  upstream_reply_too_large: { status: 502, retryable: false, help: 'Ask for less, or raise `limits.maxReplyBytes`.' },
  upstream_redirect: {
    status: 502,
    retryable: false,
    help: 'Set the final address as the base URL; redirects are not followed.',
  },
  blocked_address: {
    status: 502,
    retryable: false,
    help: 'Set `allowPrivateNetwork: true` on the provider account if this address is meant.',
  },
} as const satisfies Record<string, ErrorEntry>

interface ErrorEntry {
  readonly status: number
  readonly retryable: boolean
  readonly help: string
}

export type ErrorCode = keyof typeof errorCatalogue

export interface ErrorDetails {
  /** Replaces the status of the table: a provider's own status is passed on. */
  readonly status?: number
  /** The field at fault, as the client wrote it: `messages[2].content`. */
  readonly param?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  /** What helps where the help of the table cannot: the same request will be refused again, however long one waits. */
  readonly help?: string | undefined
  /** The vendor's own names for the fault. */
  readonly vendorType?: string | undefined
  readonly vendorCode?: string | undefined
  /** The provider's error as it stood on the wire, for a client that speaks the same dialect. */
  readonly wire?: ErrorWire | undefined
  /** The credential is refused as its time is over. */
  readonly isExpired?: boolean
  readonly cause?: unknown
}

export interface ErrorWire {
  readonly dialect: string
  readonly contentType: string
  readonly bytes: Buffer
  /** Provider headers that may go to the client. */
  readonly headers: Readonly<Record<string, string>>
  /** It reads as if the client's own key were meant, so no client gets it. */
  readonly isMisleading?: boolean
}

/** The one error class. Its message is for people and must hold no secret, prompt or reply. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly status: number
  readonly retryable: boolean
  readonly param: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly help: string
  readonly isForGood: boolean
  readonly vendorType: string | undefined
  readonly vendorCode: string | undefined
  readonly wire: ErrorWire | undefined
  readonly isExpired: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    const entry = errorCatalogue[code]
    this.code = code
    this.status = details.status ?? entry.status
    this.retryable = entry.retryable
    this.param = details.param
    this.retryAfterSeconds = details.retryAfterSeconds
    this.help = details.help ?? entry.help
    this.isForGood = details.help !== undefined
    this.vendorType = details.vendorType
    this.vendorCode = details.vendorCode
    this.wire = details.wire
    this.isExpired = details.isExpired === true
  }
}

/** The code for a provider's HTTP error status. */
export function upstreamErrorCode(status: number): ErrorCode {
  if (status === 401) return 'upstream_unauthorized'
  if (status === 403) return 'upstream_forbidden'
  if (status === 404) return 'upstream_not_found'
  if (status === 408 || status === 504) return 'upstream_timeout'
  if (status === 429) return 'upstream_rate_limited'
  if (status === 503 || status === 529) return 'upstream_overloaded'
  return status >= 500 ? 'upstream_error' : 'upstream_rejected'
}
