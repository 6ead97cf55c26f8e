import type { Readable } from 'node:stream'
import type { CallFact, ModelReply, RequestWire } from '../../../core/calls/call.ts'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { type Principal, principalOf } from '../../../core/calls/registry.ts'
import type { ScratchFile } from '../../../core/calls/scratch.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { JsonValue } from '../../../core/wire/json.ts'
import type { DirectCall } from '../../../gateway/call-raw.ts'
import { requestHeaders } from '../../../gateway/outbound/headers.ts'
import type { Exchange } from '../../http/exchange.ts'
import { CallRecorder } from '../record/call-recorder.ts'
import { sendError } from '../reply/error-reply.ts'
import { asGatewayError, writeReply } from '../reply/reply-writer.ts'
import { callId } from '../request/call-id.ts'
import { type ClientLabels, checkMetadata } from '../request/call-labels.ts'
import { headerLabels } from '../request/header-labels.ts'
import { type HeldForm, readHeldForm } from '../request/held-form.ts'
import { withKeyOf } from '../request/key-headers.ts'
import { checkBodyHeaders, parseBody, parseJsonBody, readBody } from '../request/read-body.ts'
import type { Runtime } from '../runtime.ts'
import { type HeldThings, heldThings } from '../things/held-things.ts'
import { bodyTimeout, type CallHandling, callClock, deadlineExceeded } from './handle-call.ts'
import type { Found } from './path-table.ts'
import { asModelCall, freeMethods } from './serve-raw.ts'

/** What is done at a path, by method. */
export interface Resource {
  readonly path: string
  /** Whose words its errors are in. */
  readonly dialect: Dialect
  readonly methods: ResourceMethods
  /** Where its clients put their key too. */
  readonly keyHeader?: string
}
export type ResourceMethods = Readonly<Record<string, ResourceHandler>>
export type ResourceHandler = (call: ResourceCall) => ResourceReply | Promise<ResourceReply>

export interface ResourceCall {
  readonly principal: Principal
  /** As the path names it; empty where it names none. */
  readonly id: string
  /** The whole path, as it was asked for. */
  readonly path: string
  readonly method: string
  /** Of the request on the record. */
  readonly callId: string
  /** Of the caller's key. */
  readonly keyHash: string
  /** Nothing that is said may be written to disk. */
  readonly isPrivate: boolean
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** What its headers say of who makes it. */
  readonly labels: ClientLabels
  readonly runtime: Pick<
    Runtime,
    | 'accounts'
    | 'accountFor'
    | 'clientSecrets'
    | 'modelNamed'
    | 'onlyAccount'
    | 'isBudgeted'
    | 'isAccount'
    | 'isShared'
    | 'scan'
  >
  json(): Promise<RequestWire>
  /** The same for a body that may be a list. */
  anyJson(): Promise<JsonValue>
  /** Counts as a call of its key that costs nothing. Rejects with `rate_limited` or `budget_exceeded`. */
  count(): Promise<void>
  emit(fact: CallFact): void
  /** With the values of these fields, each of which may be there once. */
  form(fields: readonly string[]): Promise<HeldForm>
  /** Whose the things are that a body of a call names. Throws for those of another workspace. */
  held(wire: RequestWire): HeldThings
  /** Asks a provider account. `isCall`: it makes the account work, at a cost that nobody here knows. */
  ask(question: AccountQuestion): Promise<ModelReply>
}

/** A body as it is sent. */
type SentBody = Pick<HeldForm, 'body' | 'contentType'>

export type AccountQuestion = Pick<DirectCall, 'account' | 'surface' | 'path'> & {
  /** Empty, or with its `?`. */
  readonly query?: string
  readonly sent?: SentBody
  readonly isCall?: boolean
}

/** `reply`: of the account that was asked, as it came. */
/** `recorded`: what stands on record in its place, where it holds a secret. */
export type ResourceReply =
  | { readonly json: JsonValue; readonly recorded?: JsonValue }
  | StreamReply
  | { readonly reply: ModelReply }

interface StreamReply {
  readonly stream: Readable
  readonly contentType: string
}

/** Answers a caller with a key from what the gateway keeps, or knows to be kept at an account. Each request is recorded. */
export async function serveResource(
  exchange: Exchange,
  { item, model: id = '' }: Found<Resource>,
  runtime: Runtime,
  {
    sink,
    concurrency,
    deadlines,
    holdersOf,
    scratch,
    log,
  }: Pick<CallHandling, 'sink' | 'concurrency' | 'deadlines' | 'holdersOf' | 'scratch' | 'log'>,
): Promise<void> {
  const endpoint: DirectCall['endpoint'] = { kind: 'raw', path: item.path, errorDialect: item.dialect }
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const { limits } = runtime
  const lifetime = new CallLifetime()
  let leave: (() => void) | undefined
  let stream: Readable | undefined
  let kept: ScratchFile | undefined
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    leave?.()
    stream?.destroy()
    kept?.close()
    if (isWhole) return
    const error = new GatewayError('client_closed', 'The client left before the reply had ended.')
    lifetime.end(error)
    recorder.end(error.status, error)
  }
  try {
    const caller = runtime.identify(withKeyOf(exchange.headers, item.keyHeader))
    const principal = principalOf(caller)
    const { key, workspace } = principal
    const settings = runtime.recordSettings(workspace)
    recorder.calledBy(principal, settings)
    runtime.checkUse(caller, exchange, item.path)
    leave = concurrency.enter(key, limits)
    const labels = headerLabels(exchange.headers, settings)
    recorder.labelled(labels)
    if (!freeMethods.has(exchange.method)) checkMetadata(principal, labels)
    deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
    const wholeBody = async (): Promise<Buffer> => {
      checkBodyHeaders(exchange, limits.maxBodyBytes, 'json')
      recorder.inStage('receive')
      const bytes = await readBody(exchange, limits.maxBodyBytes, lifetime)
      recorder.bodyRead(bytes)
      return bytes
    }
    const form = async (fields: readonly string[]): Promise<HeldForm> => {
      const maxBytes = limits.maxBodyBytes
      checkBodyHeaders(exchange, maxBytes, 'multipart')
      const clock = callClock(exchange, lifetime, limits, deadlines)
      const onBytes = (chunk: Buffer): void => recorder.requestBytes(chunk)
      kept = scratch(key)
      recorder.inStage('receive')
      const read = await readHeldForm({ exchange, lifetime, clock, maxBytes, scratch: kept, onBytes }, fields)
      recorder.bodyRead()
      return read
    }
    const own = {
      id: recorder.id,
      principal,
      endpoint,
      lifetime,
      method: exchange.method,
      query: '',
      headers: requestHeaders(exchange.headers, principal.workspace),
      contentType: undefined,
      body: Buffer.alloc(0),
      emit: (fact: CallFact) => recorder.fact(fact),
    }
    const direct = ({ sent, ...question }: AccountQuestion): DirectCall => ({ ...own, ...question, ...sent })
    let asked: DirectCall | undefined
    const { pathname, searchParams } = new URL(exchange.url, 'http://gateway')
    const reply = await item.methods[exchange.method]?.({
      principal,
      id,
      path: pathname,
      method: exchange.method,
      callId: recorder.id,
      keyHash: caller.hash,
      isPrivate: settings.bodies === 'off',
      query: searchParams,
      headers: exchange.headers,
      labels,
      runtime,
      json: async () => parseBody(await wholeBody()),
      async anyJson() {
        const json = parseJsonBody(await wholeBody())
        deadlines.set(lifetime, limits.deadlineMs, () => {
          exchange.expire()
          return deadlineExceeded(limits)
        })
        return json
      },
      count: () =>
        runtime.withinOne(asModelCall({ ...own, path: item.path }, recorder, labels), { demand: { costUsd: 0 } }),
      emit: own.emit,
      form,
      held: (wire) => heldThings(wire, { workspace, isShared: runtime.isShared, holdersOf }),
      async ask(question) {
        deadlines.set(lifetime, limits.deadlineMs, () => {
          exchange.expire()
          return deadlineExceeded(limits)
        })
        asked = direct(question)
        if (question.isCall === true)
          await runtime.withinOne(asModelCall(asked, recorder, labels), {
            target: { account: asked.account, model: '' },
          })
        return await runtime.askAccount(asked)
      },
    })
    if (lifetime.reason !== undefined) throw lifetime.reason
    if (reply === undefined) return
    if ('reply' in reply && asked !== undefined) {
      writeReply(exchange, asModelCall(asked, recorder), reply.reply, recorder, limits.maxReplyBytes)
      return
    }
    deadlines.delete(lifetime)
    recorder.headSent()
    if ('json' in reply) {
      const bytes = Buffer.from(JSON.stringify(reply.json))
      recorder.wholeReply(reply.recorded === undefined ? bytes : Buffer.from(JSON.stringify(reply.recorded)))
      exchange.reply(200, ['content-type', 'application/json', 'x-portcullis-call-id', recorder.id], bytes)
      recorder.end(200)
    } else if ('stream' in reply) {
      stream = reply.stream
      // A reader that takes little now and then would hold the file and its place for good.
      deadlines.set(lifetime, limits.deadlineMs, () => {
        const error = deadlineExceeded(limits)
        recorder.end(error.status, error)
        exchange.destroy()
        return error
      })
      sendStream(exchange, reply, recorder)
    }
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

/** A slow reader holds the file back. One that cannot be read to its end cuts the connection: what came must not pass for all of it. */
function sendStream(exchange: Exchange, { stream, contentType }: StreamReply, recorder: CallRecorder): void {
  exchange.begin(200, ['content-type', contentType, 'x-portcullis-call-id', recorder.id])
  stream.on('data', (chunk: Buffer) => {
    if (exchange.write(chunk)) return
    stream.pause()
    exchange.onDrain = () => stream.resume()
  })
  stream.on('end', () => {
    exchange.end()
    recorder.end(200)
  })
  stream.on('error', (cause) => {
    const error = new GatewayError('store_unavailable', 'The file could not be read to its end.', { cause })
    recorder.end(error.status, error)
    exchange.destroy()
  })
}
