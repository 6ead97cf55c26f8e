import type { Endpoint, RequestWire } from '../../../core/calls/call.ts'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { type Limits, principalOf } from '../../../core/calls/registry.ts'
import type { ScratchFile } from '../../../core/calls/scratch.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { ConversationStore } from '../../../core/model/conversation.ts'
import type { HoldersOf, ThingStore } from '../../../core/model/holder.ts'
import type { ReplyStore } from '../../../core/model/kept-replies.ts'
import type { EventSink } from '../../../core/record/call-record.ts'
import { bothFields } from '../../../gateway/inspection/guard-form.ts'
import type { CallExchange } from '../../http/exchange.ts'
import type { Concurrency } from '../concurrency.ts'
import type { Deadlines } from '../deadlines.ts'
import { CallRecorder } from '../record/call-recorder.ts'
import { sendError } from '../reply/error-reply.ts'
import { replyKeeper } from '../reply/reply-keeper.ts'
import { asGatewayError, replyContext, writeReply } from '../reply/reply-writer.ts'
import { callId } from '../request/call-id.ts'
import { clientManner } from '../request/client-manner.ts'
import { keyHeadersOf } from '../request/key-headers.ts'
import { modelOrUsual, withPathModel } from '../request/path-model.ts'
import { checkBodyHeaders, parseBody, parseForm, readBody } from '../request/read-body.ts'
import { readForm } from '../request/read-form.ts'
import { type UploadClock, uploadClock } from '../request/upload-clock.ts'
import type { Runtime } from '../runtime.ts'
import type { Shadows } from '../shadows.ts'
import { continuedCall } from '../things/continued-call.ts'
import { formThings } from '../things/form-things.ts'
import { type HeldThings, heldOf, heldThings } from '../things/held-things.ts'
import { learnThings } from '../things/learn-things.ts'
import { reasoningKeeper, reasoningOrigin } from '../things/reasoning-origin.ts'
import type { Found } from './path-table.ts'

export interface CallHandling {
  readonly sink: EventSink
  readonly concurrency: Concurrency
  readonly deadlines: Deadlines
  readonly replies: ReplyStore
  readonly conversations: ConversationStore
  readonly holdersOf: HoldersOf
  readonly things: Pick<ThingStore, 'add' | 'remove'>
  readonly shadows: Shadows
  /** For what stands in a form in front of its model. */
  scratch(key?: string): ScratchFile
  log(fault: unknown, callId: string): void
}

/** One model call, from its headers to the last byte of its reply. Every way out ends the record once. */
export async function handleCall(
  exchange: CallExchange,
  { item: endpoint, model }: Found<Endpoint>,
  runtime: Runtime,
  { sink, concurrency, deadlines, replies, conversations, holdersOf, things, shadows, scratch, log }: CallHandling,
): Promise<void> {
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  let kept: ScratchFile | undefined
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    leave?.()
    kept?.close()
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left before the reply had ended.'))
  }
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  const manner = clientManner(exchange.headers, recorder, runtime.isAccount)
  try {
    const dialect = endpoint.kind === 'dialect' ? endpoint.dialect : endpoint.errorDialect
    const signed = runtime.identifySigned(exchange, endpoint.path, Date.now())
    const caller = signed?.key ?? runtime.identify(keyHeadersOf(exchange, dialect))
    const principal = principalOf(caller)
    const { key, workspace } = principal
    const settings = runtime.recordSettings(workspace)
    // What a stranger sends in the name of a key is no call of that key.
    if (signed === undefined) {
      recorder.calledBy(principal, settings)
      runtime.checkUse(caller, exchange, endpoint.path)
    }
    // Nor does it take that key's places, or those of clients that prove themselves in their heads.
    const isProved = signed === undefined || signed.isProved
    leave = concurrency.enter(isProved ? key : `unproved ${key}`, limits, isProved ? principal.priority : 'low')
    manner.readHeaders()
    const kind = endpoint.kind === 'pass-through' ? endpoint.body : 'json'
    checkBodyHeaders(exchange, limits.maxBodyBytes, kind)
    const holding = { workspace, isShared: runtime.isShared, holdersOf }
    const fields = bothFields(
      kind === 'multipart'
        ? runtime.formGuard({ id: recorder.id, principal, emit: (fact) => recorder.fact(fact) })
        : undefined,
      runtime.isShared ? formThings((named) => refuseUnseenOf(heldOf(named, holding))) : undefined,
    )
    recorder.inStage('receive')
    let sent: RequestWire
    if (kind === 'multipart' && signed === undefined) {
      const clock = callClock(exchange, lifetime, limits, deadlines)
      const onBytes = (chunk: Buffer): void => recorder.requestBytes(chunk)
      kept = scratch(key)
      sent = await readForm(
        { exchange, lifetime, clock, maxBytes: limits.maxBodyBytes, scratch: kept, onBytes },
        fields,
      )
      recorder.bodyRead()
    } else {
      const bytes = await readBody(exchange, limits.maxBodyBytes, lifetime)
      if (signed !== undefined) {
        signed.check(bytes)
        if (lifetime.reason !== undefined) throw lifetime.reason
        if (!isProved) {
          leave()
          leave = concurrency.enter(key, limits, principal.priority)
        }
        recorder.calledBy(principal, settings)
        runtime.checkUse(caller, exchange, endpoint.path)
      }
      recorder.bodyRead(bytes)
      deadlines.set(lifetime, limits.deadlineMs, () => {
        exchange.expire()
        return deadlineExceeded(limits)
      })
      sent = kind === 'json' ? parseBody(bytes) : parseForm(bytes, exchange.headers['content-type'] ?? '', fields)
    }
    const wire = withPathModel(sent, endpoint, modelOrUsual(model, endpoint, sent))
    const { call, reply: answer } = await manner.call(wire, {
      origin: { exchange, endpoint, principal, lifetime, recorder, baggage: settings.baggage },
      pathModel: model,
      pipeline: runtime.pipeline,
      deadlines,
      isAccount: runtime.isAccount,
      resume(body: RequestWire) {
        const continued = continuedCall(endpoint, body, workspace, { replies, conversations }, limits)
        const held = heldThings(continued.wire, holding)
        const { accounts } = runtime
        const reasoning = reasoningOrigin(endpoint, continued.wire.json, { workspace, store: replies, accounts })
        return { ...continued, ...held, ...(reasoning === undefined ? {} : { reasoning }) }
      },
    })
    if (lifetime.reason !== undefined) throw lifetime.reason
    const reply = learnThings(call, answer, { things, replies })
    const isPrivate = settings.bodies === 'off'
    if (reply.dialect !== undefined) recorder.hearReasoning(reasoningKeeper(reply, workspace, replies, isPrivate))
    const keeper = replyKeeper(call, reply, { replies, conversations, isPrivate })
    if (keeper !== undefined) recorder.keepWith(keeper, () => replyContext(call, recorder))
    writeReply(exchange, call, reply, recorder, limits.maxReplyBytes)
    if (recorder.cache === 'miss' || recorder.cache === 'bypass') shadows.follow(call, recorder, runtime)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    // A provider may be answering already.
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

/** A form may have gone out in part before its account is known: what nobody has seen is refused at all of them. */
function refuseUnseenOf({ unseen }: HeldThings): void {
  if (unseen !== undefined) throw unseen
}

/** For a body that may go on coming while its call is served. */
export function callClock(
  exchange: CallExchange,
  lifetime: CallLifetime,
  limits: Limits,
  deadlines: Deadlines,
): UploadClock {
  return uploadClock({
    deadlines,
    lifetime,
    limits,
    now: () => performance.now(),
    bodyTimeout: () =>
      new GatewayError('body_timeout', `Less than 64 KiB of the body came within ${limits.bodyTimeoutMs} ms.`),
    deadlineExceeded() {
      exchange.expire()
      return deadlineExceeded(limits)
    },
  })
}

export function bodyTimeout({ bodyTimeoutMs }: Limits): GatewayError {
  return new GatewayError('body_timeout', `The body did not arrive within ${bodyTimeoutMs} ms.`)
}

export function deadlineExceeded({ deadlineMs }: Limits): GatewayError {
  return new GatewayError('deadline_exceeded', `The call took longer than ${deadlineMs} ms.`)
}
