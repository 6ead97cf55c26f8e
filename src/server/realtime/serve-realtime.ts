import type { Endpoint, RequestWire } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import { type Limits, principalOf, type Target } from '../../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../../core/calls/request-facts.ts'
import { GatewayError } from '../../core/errors.ts'
import { readOnce } from '../../core/wire/read-once.ts'
import { credentialFilter } from '../../gateway/credentials/credential-filter.ts'
import type { SessionGuard } from '../../gateway/inspection/guard-session.ts'
import type { RealtimeCall, RealtimeSession } from '../../gateway/open-realtime.ts'
import { requestHeaders } from '../../gateway/outbound/headers.ts'
import type { CallHandling } from '../data-plane/paths/handle-call.ts'
import { refuseInstructions } from '../data-plane/portkey/read-headers.ts'
import { CallRecorder } from '../data-plane/record/call-recorder.ts'
import { sendError } from '../data-plane/reply/error-reply.ts'
import { asGatewayError } from '../data-plane/reply/reply-writer.ts'
import { callId } from '../data-plane/request/call-id.ts'
import { checkMetadata } from '../data-plane/request/call-labels.ts'
import { headerLabels } from '../data-plane/request/header-labels.ts'
import { checkedModel } from '../data-plane/request/model-call.ts'
import type { Runtime } from '../data-plane/runtime.ts'
import { heldThings, refuseThings } from '../data-plane/things/held-things.ts'
import type { Exchange } from '../http/exchange.ts'
import { acceptSocket, checkHandshake } from './accept-socket.ts'
import { endWithKey } from './end-with-key.ts'
import { guardedSession } from './guarded-session.ts'
import {
  errorEvent,
  guardedMessage,
  refusalOf,
  refusalOfImages,
  refusalOfThings,
  watchedMessage,
} from './hold-session.ts'
import { type PassedOn, relay, type SessionEnd } from './relay.ts'
import { firstMessage, modelAsked, sessionCaller } from './session-caller.ts'
import { sessionRecord } from './session-record.ts'

/** One session, from its handshake to its last message: key, limits, usage and record as for any call. */
export async function serveRealtime(
  exchange: Exchange,
  endpoint: Endpoint,
  { runtime: current, sink, concurrency, deadlines, holdersOf, log }: CallHandling & { runtime(): Runtime },
): Promise<void> {
  const runtime = current()
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  let stopLooking: (() => void) | undefined
  exchange.onOver = (isWhole) => {
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left.'))
  }
  deadlines.set(lifetime, limits.sessionDeadlineMs, () => sessionOver(limits))
  try {
    const caller = sessionCaller(exchange, runtime)
    const callerKey = caller.identify(runtime)
    const principal = principalOf(callerKey)
    const { key, workspace } = principal
    const settings = runtime.recordSettings(workspace)
    recorder.calledBy(principal, settings)
    caller.checkLife(Date.now())
    runtime.checkUse(callerKey, exchange, endpoint.path)
    stopLooking = endWithKey(lifetime, () => {
      const now = current()
      now.checkUse(caller.identify(now), exchange, endpoint.path)
    })
    leave = concurrency.enter(key, limits)
    refuseInstructions(exchange.headers)
    const labels = headerLabels(exchange.headers, settings)
    recorder.labelled(labels)
    checkMetadata(principal, labels)
    checkHandshake(exchange)
    const model = checkedModel(modelAsked(exchange, caller.session))
    recorder.asked(model, true)
    const call: RealtimeCall = {
      id: recorder.id,
      principal,
      model,
      path: endpoint.path,
      headers: requestHeaders(exchange.headers, workspace),
      lifetime,
      reserved: recorder,
      labels,
      asker: exchange,
      facts: () =>
        routeFacts(
          requestFacts({ model, endpoint: endpoint.path, stream: true }),
          principal,
          labels.metadata,
          new Date(),
        ),
      emit: (fact) => recorder.fact(fact),
    }
    const guard = runtime.sessionGuard(call)
    const session = await opened(runtime.realtime(call), guard)
    if (lifetime.reason !== undefined) {
      session.socket.terminate()
      throw lifetime.reason
    }
    const { account } = session.target
    const budget = runtime.sessionBudget(call, session.target)
    try {
      await budget?.hold()
    } catch (fault) {
      session.socket.terminate()
      throw fault
    }
    recorder.headSent()
    // From the handshake's end on, the relay tells the provider how the client ended.
    const client = await acceptSocket(exchange, {
      maxMessageBytes: limits.maxStreamEventBytes,
      head: [
        `x-portcullis-call-id: ${recorder.id}`,
        `x-portcullis-provider: ${account.provider.id}`,
        `x-portcullis-account: ${account.id}`,
        `x-portcullis-model: ${encodeURI(session.target.model)}`,
      ],
      onGone: () => session.socket.terminate(),
    })
    let late: GatewayError | undefined
    const removeEndListener = lifetime.onEnd((reason) => {
      if (reason.code === 'client_closed') return
      late = reason
      if (ofBudgets.has(reason.code)) client.send(errorEvent(reason))
      client.close(1008, reason.code)
      // A client that answers no farewell could go on for as long as one is waited for.
      session.socket.terminate()
    })
    const mayUse = bothAllow(modelsOfSession(call, session.target, runtime), runtime.sessionModels(call))
    const { isShared } = runtime
    const checkImages = runtime.checkImagesOf(call.principal)
    const holding = { workspace, isShared, holdersOf }
    const refuse = (wire: RequestWire): void => refuseThings(heldThings(wire, holding), account)
    const watch = runtime.sessionWatch(call, session.target)
    const endWith = (fault: unknown): void => lifetime.end(asGatewayError(fault))
    const observer = sessionRecord(recorder, {
      used(event, tokens, hasAudio) {
        budget?.used(tokens).catch(endWith)
        attempt(() => watch?.answered(event, tokens, !hasAudio), endWith)
      },
      withoutCredential: (bytes) => credentialFilter(account).bytes(bytes),
      // It is too short to be looked at beside what it goes on from.
      farewell: (reason) =>
        guard?.isStrict === true ? 'The provider ended the session.' : credentialFilter(account).text(reason),
      checked(bytes, isBinary) {
        const message = readOnce(bytes)
        const refused =
          (mayUse === undefined ? undefined : refusalOf(message, isBinary, mayUse)) ??
          (isShared ? refusalOfThings(message, isBinary, refuse) : undefined) ??
          (checkImages === undefined ? undefined : refusalOfImages(message, isBinary, checkImages))
        if (refused !== undefined) return refused
        const guarded = (): PassedOn => (guard === undefined ? bytes : guardedMessage(message, isBinary, guard))
        return watch === undefined || isBinary ? guarded() : watchedMessage(message, watch, guarded)
      },
      ...(guard === undefined
        ? {}
        : { guarded: (open) => guardedSession(guard, open, (reason) => lifetime.end(reason)) }),
    })
    if (caller.session !== undefined) {
      const first = await observer.fromClient(firstMessage(caller.session), false)
      if (typeof first === 'string') {
        client.send(first)
        lifetime.end(new GatewayError('guardrail_denied', 'What the session shall begin with is refused.'))
      } else session.socket.send(first, { binary: false })
    }
    const end = await relay(client, session.socket, observer)
    removeEndListener()
    observer.end()
    const error = late ?? faultOf(end, account.id)
    // Each response reported its own usage: what is known is whole, however the session ended.
    recorder.parts([{ type: 'reply-end' }])
    recorder.end(error?.status ?? 101, error)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  } finally {
    stopLooking?.()
    deadlines.delete(lifetime)
    leave?.()
  }
}

/** Why a provider opens none is told in its own words. */
async function opened(session: Promise<RealtimeSession>, guard: SessionGuard | undefined): Promise<RealtimeSession> {
  try {
    return await session
  } catch (fault) {
    throw guard === undefined ? fault : await guard.fault(fault)
  }
}

type MayUse = (name: string) => boolean

function bothAllow(one: MayUse | undefined, other: MayUse | undefined): MayUse | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return (name) => one(name) && other(name)
}

/** What is wrong with it comes now or later. */
function attempt(work: () => void | Promise<void>, failed: (fault: unknown) => void): void {
  try {
    work()?.catch(failed)
  } catch (fault) {
    failed(fault)
  }
}

/** A client is told why, as it could do something about it. */
const ofBudgets: ReadonlySet<string> = new Set(['rate_limited', 'budget_exceeded', 'budget_unavailable'])

/** What a session may name beside the model that it began with; `undefined` for a key that may use all. */
function modelsOfSession(
  { principal, model }: RealtimeCall,
  target: Target,
  { onlyAccount }: Runtime,
): MayUse | undefined {
  if (principal.models.includes('*')) return undefined
  const { id, furtherOf = id, provider } = target.account
  // The provider is told the name as it stands: under another one the key might use a model that it may not.
  const isHere = (candidate: string, name: string): boolean => {
    const found = onlyAccount(principal, [{ model: candidate }])
    return found?.account.id === furtherOf && found.models[0] === name
  }
  return (name) =>
    name === model ||
    name === target.model ||
    [name, `${furtherOf}/${name}`, `${provider.id}/${name}`].some((candidate) => isHere(candidate, name))
}

function faultOf({ by, code, fault }: SessionEnd, account: string): GatewayError | undefined {
  const details = fault === undefined ? {} : { cause: fault }
  const isTooLarge = fault !== undefined && 'code' in fault && fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
  if (by === 'client') {
    if (isTooLarge) return new GatewayError('frame_too_large', 'The client sent a message over the limit.', details)
    if (fault !== undefined)
      return new GatewayError('invalid_frame', 'The client broke the WebSocket protocol.', details)
    return code === 1006 ? new GatewayError('client_closed', 'The client left without a farewell.') : undefined
  }
  if (isTooLarge) {
    return new GatewayError(
      'upstream_reply_too_large',
      `The provider account "${account}" sent a message over the limit.`,
    )
  }
  if (fault !== undefined) {
    return new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" broke the WebSocket protocol.`,
      details,
    )
  }
  return code === 1006
    ? new GatewayError('upstream_reset', `The provider account "${account}" cut the connection.`)
    : undefined
}

function sessionOver({ sessionDeadlineMs }: Limits): GatewayError {
  return new GatewayError('deadline_exceeded', `The session took longer than ${sessionDeadlineMs} ms.`)
}
