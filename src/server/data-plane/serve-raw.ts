import { responseNotFound } from '../../catalog/dialects/openai-responses/reply-paths.ts'
import { noBatch, noFile } from '../../core/batch.ts'
import { noCache } from '../../core/cache.ts'
import type { Endpoint, ModelCall } from '../../core/call.ts'
import type { Dialect } from '../../core/dialect.ts'
import { GatewayError } from '../../core/errors.ts'
import type { HoldersOf } from '../../core/holder.ts'
import type { ReplyStore } from '../../core/kept-replies.ts'
import { CallLifetime } from '../../core/lifetime.ts'
import type { Principal } from '../../core/registry.ts'
import { requestFacts, routeFacts } from '../../core/request-facts.ts'
import type { RawCall } from '../../gateway/call-raw.ts'
import { requestHeaders } from '../../gateway/outbound/headers.ts'
import type { Exchange } from '../http/exchange.ts'
import { callId } from './call-id.ts'
import { callLabels } from './call-labels.ts'
import { CallRecorder } from './call-recorder.ts'
import { sendError } from './error-reply.ts'
import { bodyTimeout, type CallHandling, callClock } from './handle-call.ts'
import { openBody } from './incoming-body.ts'
import { portkeyLabels, refuseInstructions } from './portkey/read-headers.ts'
import { checkBodyHeaders } from './read-body.ts'
import { HELD_BYTES } from './read-form.ts'
import { asGatewayError, writeReply } from './reply-writer.ts'
import type { Runtime } from './runtime.ts'

/** Below this, a path names an account and then a path of its provider. */
export const rawPrefix = '/p/'

export interface BatchOwners {
  batchOwner(id: string): string | undefined
}

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** One raw request: authenticated, sent with the account's credential, recorded, and otherwise left alone. */
export async function serveRaw(
  exchange: Exchange,
  path: string,
  errorDialect: Dialect,
  runtime: Runtime,
  { sink, concurrency, deadlines, replies, holdersOf, log, batchOwner }: CallHandling & BatchOwners,
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
    const { id: key, workspace, models } = runtime.authenticate(exchange.headers)
    const principal: Principal = { key, workspace, models }
    recorder.calledBy(principal, runtime.recordSettings(workspace))
    leave = concurrency.enter(key, limits)
    refuseInstructions(exchange.headers)
    recorder.labelled(callLabels(exchange.headers, {}, portkeyLabels(exchange.headers)))
    if (!methods.has(exchange.method)) {
      throw new GatewayError(
        'method_not_allowed',
        `${rawPrefix}… takes ${[...methods].join(', ')}, not ${exchange.method}.`,
      )
    }
    refuseThingsOfOthers(rest, workspace, replies, holdersOf, batchOwner)
    checkBodyHeaders(exchange, limits.maxBodyBytes, 'any')
    const body = await openBody({
      exchange,
      lifetime,
      clock: callClock(exchange, lifetime, limits, deadlines),
      maxBytes: limits.maxBodyBytes,
      heldBytes: HELD_BYTES,
      onBytes: (chunk) => recorder.requestBytes(chunk),
    })
    recorder.bodyRead()
    const start = exchange.url.indexOf('?')
    const call: RawCall = {
      principal,
      endpoint,
      lifetime,
      method: exchange.method,
      account,
      path: rest,
      query: start < 0 ? '' : exchange.url.slice(start),
      headers: requestHeaders(exchange.headers, workspace),
      contentType: exchange.headers['content-type'],
      body,
      emit: (fact) => recorder.fact(fact),
    }
    const reply = await runtime.raw(call)
    if (lifetime.reason !== undefined) throw lifetime.reason
    writeReply(exchange, asModelCall(call, recorder.id), reply, recorder, limits.maxReplyBytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

/** For the writer of replies, which reads nothing of a call that has no dialect. */
export function asModelCall(call: Omit<RawCall, 'account'>, id: string): ModelCall {
  return {
    ...call,
    id,
    model: '',
    stream: false,
    wire: { bytes: Buffer.alloc(0), json: {} },
    wish: noCache,
    facts: () =>
      routeFacts(
        requestFacts({ model: '', endpoint: call.endpoint.path, stream: false }),
        call.principal,
        {},
        new Date(),
      ),
    request() {
      throw new GatewayError('unsupported_endpoint', 'A raw request cannot be translated.')
    },
  }
}

/** Accounts serve several workspaces, and do not know whose a response or a file is. */
function refuseThingsOfOthers(
  path: string,
  workspace: string,
  replies: ReplyStore,
  holdersOf: HoldersOf,
  batchOwner: BatchOwners['batchOwner'],
): void {
  const steps = path.split('/').map(decodedStep)
  for (const [index, id] of steps.entries()) {
    const kind = steps[index - 1]
    if (kind === 'responses' && (replies.find(id)?.workspace ?? workspace) !== workspace) throw responseNotFound(id)
    if (kind === 'files' && holdersOf({ kind: 'file', id }).some((one) => one.workspace !== workspace)) throw noFile(id)
    if (kind === 'batches' && (batchOwner(id) ?? workspace) !== workspace) throw noBatch(id)
  }
}

/** What cannot be decoded is no id; its path is refused later. */
function decodedStep(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

function splitPath(path: string): { readonly account: string; readonly rest: string } {
  const behind = path.slice(rawPrefix.length)
  const slash = behind.indexOf('/')
  return slash < 0 ? { account: behind, rest: '/' } : { account: behind.slice(0, slash), rest: behind.slice(slash) }
}
