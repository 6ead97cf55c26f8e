import { noCache } from '../../../core/calls/cache.ts'
import type { CallerLabels, Endpoint, ModelCall, ModelReply } from '../../../core/calls/call.ts'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { type ProviderAccount, principalOf } from '../../../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../../../core/calls/request-facts.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { NamedThing } from '../../../core/model/named-things.ts'
import type { FormFields } from '../../../core/wire/form-scanner.ts'
import type { StreamedBody } from '../../../core/wire/streamed-body.ts'
import type { RawCall } from '../../../gateway/call-raw.ts'
import { requestHeaders } from '../../../gateway/outbound/headers.ts'
import { withUsage } from '../../../gateway/raw-usage.ts'
import { rawPrefix } from '../../client-paths.ts'
import type { Exchange } from '../../http/exchange.ts'
import { refuseInstructions } from '../portkey/read-headers.ts'
import { knownOfRaw, spokenAt } from '../raw-tokens.ts'
import { CallRecorder } from '../record/call-recorder.ts'
import { sendError } from '../reply/error-reply.ts'
import { asGatewayError, writeReply } from '../reply/reply-writer.ts'
import { callId } from '../request/call-id.ts'
import { checkMetadata } from '../request/call-labels.ts'
import { headerLabels } from '../request/header-labels.ts'
import { openBody } from '../request/incoming-body.ts'
import { rawJson, rawReading } from '../request/raw-body.ts'
import { checkBodyHeaders } from '../request/read-body.ts'
import { HELD_BYTES } from '../request/read-form.ts'
import type { Runtime } from '../runtime.ts'
import { formThings } from '../things/form-things.ts'
import { type HeldThings, type Holding, heldOf, heldThings, refuseThings } from '../things/held-things.ts'
import { listRefused, madeAt, pathThings, refuseBatchFile, resultsOf } from '../things/raw-things.ts'
import { bodyTimeout, type CallHandling, callClock } from './handle-call.ts'

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** What is there already costs nothing to look at. */
export const freeMethods: ReadonlySet<string> = new Set(['GET', 'DELETE'])

/** One raw request: authenticated, sent with the account's credential, recorded, and otherwise left alone. */
export async function serveRaw(
  exchange: Exchange,
  path: string,
  errorDialect: Dialect,
  runtime: Runtime,
  { sink, concurrency, deadlines, holdersOf, things, log }: CallHandling,
): Promise<void> {
  const { account, rest } = splitPath(path)
  const endpoint: Endpoint & { kind: 'raw' } = { kind: 'raw', path: rawPrefix + account, errorDialect }
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    leave?.()
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left before the reply had ended.'))
  }
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  try {
    const caller = runtime.identify(exchange.headers)
    const principal = principalOf(caller)
    const { key, workspace } = principal
    const settings = runtime.recordSettings(workspace)
    recorder.calledBy(principal, settings)
    runtime.checkUse(caller, exchange, endpoint.path)
    leave = concurrency.enter(key, limits)
    refuseInstructions(exchange.headers)
    const labels = headerLabels(exchange.headers, settings)
    recorder.labelled(labels)
    const isFree = freeMethods.has(exchange.method)
    if (!isFree) checkMetadata(principal, labels)
    if (!methods.has(exchange.method)) {
      throw new GatewayError(
        'method_not_allowed',
        `${rawPrefix}… takes ${[...methods].join(', ')}, not ${exchange.method}.`,
      )
    }
    const start = exchange.url.indexOf('?')
    const query = start < 0 ? '' : exchange.url.slice(start)
    const { isShared } = runtime
    const holding = { workspace, isShared, holdersOf }
    const named = pathThings(rest, query)
    const about = heldOf(named.things, holding)
    const holder = credentialFor(about, runtime.accountFor(principal, account), runtime)
    refuseThings(about, holder)
    const refuse = (things: readonly NamedThing[]): void => refuseThings(heldOf(things, holding), holder)
    const isOpen = !isShared || holder.passesUnknownIds === true
    if (named.lists !== undefined && exchange.method === 'GET' && !isOpen) throw listRefused(named.lists)
    checkBodyHeaders(exchange, limits.maxBodyBytes, 'any')
    const contentType = exchange.headers['content-type']
    const spoken = isFree ? undefined : spokenAt(rest)
    // What guardrails look at is held whole, forms too; and what makes text, where somebody looks at what it costs.
    const isRead = runtime.isGuarded(principal) || (spoken !== undefined && runtime.isConsumptionWatched)
    const sizes = { heldBytes: isRead ? Number.POSITIVE_INFINITY : HELD_BYTES, maxBytes: limits.maxBodyBytes }
    const fields = isShared ? rawFields(rest, refuse) : undefined
    recorder.inStage('receive')
    const body = await openBody({
      exchange,
      lifetime,
      clock: callClock(exchange, lifetime, limits, deadlines),
      ...(fields === undefined ? sizes : rawReading(contentType, sizes, fields)),
      onBytes: (chunk) => recorder.requestBytes(chunk),
    })
    recorder.bodyRead()
    if (isShared) refuseIn(rest, body, contentType, holding, holder)
    const call: RawCall = {
      id: recorder.id,
      principal,
      endpoint,
      lifetime,
      method: exchange.method,
      account,
      credential: holder,
      path: rest,
      query,
      headers: requestHeaders(exchange.headers, workspace),
      contentType,
      body,
      emit: (fact) => recorder.fact(fact),
    }
    const recorded = { ...asModelCall(call, recorder, labels), asker: exchange }
    const known = spoken === undefined ? {} : knownOfRaw(spoken, Buffer.isBuffer(body) ? body : undefined)
    await runtime.withinOne(recorded, {
      ...known,
      ...(isFree ? { demand: { costUsd: 0 } } : {}),
      target: { account: holder, model: '' },
    })
    const answer = await runtime.raw(call)
    const reply = spoken === undefined ? answer : withUsage(answer, spoken.dialect, (parts) => recorder.parts(parts))
    if (lifetime.reason !== undefined) throw lifetime.reason
    learn(call, reply, named.things, holder, { things, holdersOf })
    writeReply(exchange, recorded, reply, recorder, limits.maxReplyBytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

/** The credential of the account that has what a request is about: another cannot read it. */
function credentialFor({ heldBy }: HeldThings, account: ProviderAccount, { accounts }: Runtime): ProviderAccount {
  return accounts.find(({ id, furtherOf }) => id === heldBy?.account && furtherOf === account.id) ?? account
}

/** What a form names; and what it is for, where it is a file. */
function rawFields(path: string, refuse: (things: readonly NamedThing[]) => void): FormFields {
  const { isWanted, take } = formThings(refuse)
  return {
    isWanted: (name) => name === 'purpose' || isWanted(name),
    take(name, value) {
      if (name === 'purpose') refuseBatchFile(path, value)
      else take(name, value)
    },
  }
}

function refuseIn(
  path: string,
  body: Buffer | StreamedBody,
  contentType: string | undefined,
  holding: Holding,
  holder: ProviderAccount,
): void {
  if (!Buffer.isBuffer(body)) return
  const wire = rawJson(body, contentType)
  if (wire === undefined) return
  refuseBatchFile(path, wire.json['purpose'])
  refuseThings(heldThings(wire, holding), holder)
}

/** What has been made belongs to who made it, and what was deleted to nobody. */
function learn(
  { method, path, principal: { workspace } }: RawCall,
  { body, status }: ModelReply,
  named: readonly NamedThing[],
  { id: account }: ProviderAccount,
  { things, holdersOf }: Pick<CallHandling, 'things' | 'holdersOf'>,
): void {
  if (status >= 300) return
  const [first, ...others] = named
  if (method === 'DELETE' && first !== undefined && others.length === 0)
    things.remove({ kind: first.kind, id: first.id, account, workspace })
  if (body.kind !== 'unary') return
  const isOwn = first !== undefined && holdersOf(first).some((one) => one.workspace === workspace)
  const all = [...(method === 'POST' ? madeAt(path, body.bytes) : []), ...(isOwn ? resultsOf(first, body.bytes) : [])]
  for (const made of all) things.add({ ...made, account, workspace, createdAt: Date.now() })
}

/** For the writer of replies, which reads nothing of a call that has no dialect. */
export function asModelCall(
  call: Omit<RawCall, 'account'>,
  recorder: CallRecorder,
  labels: CallerLabels = { metadata: {} },
): ModelCall {
  return {
    ...call,
    id: recorder.id,
    reserved: recorder,
    labels,
    model: '',
    stream: false,
    wire: { bytes: Buffer.alloc(0), json: {} },
    wish: noCache,
    facts: () =>
      routeFacts(
        requestFacts({ model: '', endpoint: call.endpoint.path, stream: false }),
        call.principal,
        labels.metadata,
        new Date(),
      ),
    request() {
      throw new GatewayError('unsupported_endpoint', 'A raw request cannot be translated.')
    },
  }
}

function splitPath(path: string): { readonly account: string; readonly rest: string } {
  const behind = path.slice(rawPrefix.length)
  const slash = behind.indexOf('/')
  return slash < 0 ? { account: behind, rest: '/' } : { account: behind.slice(0, slash), rest: behind.slice(slash) }
}
