import {
  inputItems,
  type ReplyQuestion,
  replyPaths,
  replyQuery,
  responseNotFound,
} from '../../../catalog/dialects/openai-responses/reply-paths.ts'
import { openaiResponses } from '../../../catalog/dialects/openai-responses.ts'
import type { Endpoint, ModelReply } from '../../../core/calls/call.ts'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { principalOf } from '../../../core/calls/registry.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { KeptReply, KeptTurn, ReplyStore } from '../../../core/model/kept-replies.ts'
import { surfaceFor } from '../../../core/model/provider.ts'
import { type JsonObject, parseJson } from '../../../core/wire/json.ts'
import type { DirectCall } from '../../../gateway/call-raw.ts'
import { requestHeaders } from '../../../gateway/outbound/headers.ts'
import type { Exchange } from '../../http/exchange.ts'
import { CallRecorder } from '../record/call-recorder.ts'
import { sendError } from '../reply/error-reply.ts'
import { asGatewayError, writeReply } from '../reply/reply-writer.ts'
import { callId } from '../request/call-id.ts'
import { headerLabels } from '../request/header-labels.ts'
import type { Runtime } from '../runtime.ts'
import { type CallHandling, deadlineExceeded } from './handle-call.ts'
import { type Found, pathTable } from './path-table.ts'
import { asModelCall } from './serve-raw.ts'

interface KeptPath {
  readonly path: string
  /** By method. */
  readonly questions: Readonly<Record<string, ReplyQuestion>>
}

/** Where replies are asked for that are kept, here or by a provider account. */
export const keptReplyPaths = pathTable<KeptPath>(
  replyPaths.flatMap(([path, questions]) => [
    [path, { path, questions }] as const,
    [`/openai${path}`, { path, questions }] as const,
  ]),
)

/** Ids go into a path of the provider. */
const idPattern = /^[\w-]{1,200}$/

/** Answers one question about a reply: only to the workspace that asked for it, and from the account that made it. */
export async function serveKeptReply(
  exchange: Exchange,
  { item: { path, questions }, model: id = '' }: Found<KeptPath>,
  runtime: Runtime,
  { sink, concurrency, deadlines, replies, log }: CallHandling,
): Promise<void> {
  const endpoint: DirectCall['endpoint'] & Endpoint = { kind: 'raw', path, errorDialect: openaiResponses }
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    leave?.()
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left before the reply had ended.'))
  }
  try {
    const caller = runtime.identify(exchange.headers)
    const principal = principalOf(caller)
    const { key, workspace } = principal
    const settings = runtime.recordSettings(workspace)
    recorder.calledBy(principal, settings)
    runtime.checkUse(caller, exchange, path)
    leave = concurrency.enter(key, limits)
    recorder.labelled(headerLabels(exchange.headers, settings))
    deadlines.set(lifetime, limits.deadlineMs, () => {
      exchange.expire()
      return deadlineExceeded(limits)
    })
    const query = new URL(exchange.url, 'http://gateway').searchParams
    const question = questions[exchange.method]
    const kept = replies.find(id)
    if (question === undefined || kept?.workspace !== workspace || !idPattern.test(id)) throw responseNotFound(id)
    if (kept.turn !== undefined) {
      const bytes = Buffer.from(JSON.stringify(ownAnswer(question, kept.id, kept.turn, query, replies)))
      recorder.headSent()
      recorder.wholeReply(bytes)
      exchange.reply(200, ['content-type', 'application/json', 'x-portcullis-call-id', recorder.id], bytes)
      recorder.end(200)
      return
    }
    const call = heldCall(kept, question, query, runtime, {
      id: recorder.id,
      principal,
      endpoint,
      lifetime,
      method: exchange.method,
      headers: requestHeaders(exchange.headers, workspace),
      emit: (fact) => recorder.fact(fact),
    })
    const reply = await runtime.askAccount(call)
    if (lifetime.reason !== undefined) throw lifetime.reason
    if (question === 'delete') replies.forget(id)
    if (question === 'read') learnParts(reply, kept, replies)
    // What the reply used was counted when it was made.
    const shown = reply.body.kind === 'unary' ? { ...reply, body: { ...reply.body, parts: [] } } : reply
    writeReply(exchange, asModelCall(call, recorder), shown, recorder, limits.maxReplyBytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

/** One that ran in the background has its items only now. */
function learnParts({ body }: ModelReply, { workspace, account = '' }: KeptReply, replies: ReplyStore): void {
  const said = body.kind === 'unary' ? parseJson(body.bytes.toString('utf8')) : undefined
  for (const part of openaiResponses.keptParts?.in(said ?? null) ?? [])
    replies.partMade({ ...part, account, workspace, createdAt: Date.now() })
}

function ownAnswer(
  question: ReplyQuestion,
  id: string,
  turn: KeptTurn,
  query: URLSearchParams,
  replies: ReplyStore,
): JsonObject {
  switch (question) {
    case 'read':
      return turn.reply
    case 'input-items':
      return inputItems(turn, id, query)
    case 'delete':
      replies.forget(id)
      return { id, object: 'response', deleted: true }
    case 'cancel':
      throw new GatewayError('invalid_request', 'Only a response that runs in the background can be cancelled.')
  }
}

const lastSteps: Readonly<Partial<Record<ReplyQuestion, string>>> = {
  'input-items': '/input_items',
  cancel: '/cancel',
}

/** To the account that made the reply, and to no other that has its name by now. */
function heldCall(
  { id, account: holder }: KeptReply,
  question: ReplyQuestion,
  query: URLSearchParams,
  { accounts }: Runtime,
  call: Pick<DirectCall, 'id' | 'principal' | 'endpoint' | 'lifetime' | 'method' | 'headers' | 'emit'>,
): DirectCall {
  const account = accounts.find((one) => one.id === holder)
  if (account === undefined) throw responseNotFound(id)
  const passed = new URLSearchParams([...query].filter(([name]) => replyQuery.has(name))).toString()
  return {
    ...call,
    account,
    surface: surfaceFor(account.provider, openaiResponses, ''),
    path: `/responses/${id}${lastSteps[question] ?? ''}`,
    query: passed === '' ? '' : `?${passed}`,
    contentType: undefined,
    body: Buffer.alloc(0),
  }
}
