import type { Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { isSameTarget } from '../../core/calls/route-plan.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { surfaceFor } from '../../core/model/provider.ts'
import { replyFault } from '../provider-call/upstream-error.ts'
import type { Continuing } from '../route.ts'
import { continuedRequest, followAnswer, mayBeContinued, summedUsage, withoutBeginning } from './answer-so-far.ts'

/**
 * The same reply; where its text breaks off, the next target that can go on from it does, in the same stream. The client's reply is
 * the first one's, to its dialect and its id.
 */
export function continuedReply(
  call: ModelCall,
  reply: ModelReply,
  options: Continuing<ModelCall, ModelReply>,
): ModelReply {
  const { body, dialect } = reply
  if (body.kind !== 'stream' || dialect?.takesContinuation !== true || call.heldBy !== undefined) return reply
  const request = requestOf(call)
  // The one that broke off is asked last.
  const others = options.targets.filter((target) => !isSameTarget(target, reply.target))
  const targets = [...others, reply.target].filter((target) => continuationOf(target, call) !== undefined)
  if (request === undefined || targets.length === 0 || !mayBeContinued(request)) return reply
  return { ...reply, body: continuedBody(call, { reply, body, dialect, request, targets, options }) }
}

interface Continued {
  readonly reply: ModelReply
  readonly body: StreamBody
  readonly dialect: Dialect
  readonly request: ModelRequest
  readonly targets: readonly Target[]
  readonly options: Continuing<ModelCall, ModelReply>
}

function continuedBody(call: ModelCall, { reply, body, dialect, request, targets, options }: Continued): StreamBody {
  const waiting = [...targets]
  const answer = followAnswer()
  let current: StreamBody | undefined = body
  let cut = options.cut
  let isPaused = false
  /** An attempt begins a record of its own dialect; that of the bytes is the first one's. */
  const tellRecord = (): void => call.emit({ type: 'continued', dialect, stretches: answer.stretches })

  /** `output` writes what a further target says; the first one's frames go as they came. */
  const follow = (sink: FrameSink, from: StreamBody, target: Target, output?: Output): void => {
    current = from
    const isCurrent = (): boolean => current === from
    /** What the client hears if nobody goes on is what it would have heard without all this. */
    const broke = (fault: GatewayError, tell: () => void): void => {
      if (!isCurrent()) return
      if (!answer.canGoOn() || !fault.retryable || call.lifetime.reason !== undefined) {
        tell()
        return
      }
      current = undefined
      cut()
      call.emit({ type: 'attempt-broke-off', target, errorCode: fault.code })
      void goOn(sink, tell)
    }
    from.open({
      frame(frame) {
        if (!isCurrent()) return
        const read = partsOf(frame)
        const parts = Array.isArray(read) ? read : []
        if (parts !== read) answer.spoil()
        const at = parts.findIndex((part) => part.type === 'reply-error')
        const before = at < 0 ? parts : parts.slice(0, at)
        const said = answer.text
        for (const part of before) answer.take(part)
        const fault = read instanceof GatewayError ? read : faultIn(parts[at])
        if (output !== undefined) write(sink, output(before))
        else if (at > 0 && said !== '' && answer.canGoOn()) {
          // Without the event of the fault, which stands in the same bytes.
          write(
            sink,
            splice(call, { dialect, start: answer.start, said, text: said, isEchoed: false, before: [] })(before),
          )
        } else {
          if (fault === undefined || at > 0 || read === fault) sink.frame(frame)
          else broke(fault, () => sink.frame(frame))
          return
        }
        if (fault !== undefined) broke(fault, () => sink.fail(fault))
      },
      end() {
        // Some providers forget their terminator, and the first one's dialect may have its usage there.
        if (answer.isEnded && output !== undefined && isCurrent()) write(sink, output([{ type: 'reply-end' }]))
        const fault = new GatewayError('upstream_reset', 'The provider ended its stream before the reply was whole.')
        broke(fault, () => sink.end())
      },
      fail: (fault) => broke(fault, () => sink.fail(fault)),
    })
    if (isPaused) from.pause()
  }

  async function goOn(sink: FrameSink, tell: () => void): Promise<void> {
    const said = answer.text
    const text = said.trimEnd()
    const asked = continuedRequest(request, text)
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      try {
        const next = await options.ask({ ...call, request: () => asked, goesOn: true }, target)
        cut = next.cut
        tellRecord()
        const before = answer.stretches().map(({ usage }) => usage)
        answer.begin(target, asked)
        const isEchoed = continuationOf(target, call)?.echoes === true
        const output = splice(call, { dialect, start: answer.start, said, text, isEchoed, before })
        const { body: further } = next.reply
        if (further.kind === 'stream') {
          follow(sink, further, target, output)
          return
        }
        for (const part of further.parts) answer.take(part)
        write(sink, output(further.parts))
        sink.end()
        return
      } catch (fault) {
        if (!(fault instanceof GatewayError)) throw fault
        tellRecord()
        if (call.lifetime.reason !== undefined) break
      }
    }
    tell()
  }

  answer.begin(reply.target, request)
  return {
    kind: 'stream',
    contentType: body.contentType,
    open: (sink) => follow(sink, body, reply.target),
    pause() {
      isPaused = true
      current?.pause()
    },
    resume() {
      isPaused = false
      current?.resume()
    },
  }
}

/** What the parts are to the client, or nothing. */
type Output = (parts: readonly ReplyPart[]) => Frame | undefined

function write(sink: FrameSink, frame: Frame | undefined): void {
  if (frame !== undefined) sink.frame(frame)
}

/** The parts, or why there are none. */
function partsOf(frame: Frame): readonly ReplyPart[] | GatewayError {
  try {
    return frame.parts()
  } catch (fault) {
    if (fault instanceof GatewayError) return fault
    throw fault
  }
}

function faultIn(part: ReplyPart | undefined): GatewayError | undefined {
  return part?.type === 'reply-error' ? replyFault(part) : undefined
}

interface Splice {
  readonly dialect: Dialect
  readonly start: (ReplyPart & { type: 'reply-start' }) | undefined
  /** What the client has of the answer. */
  readonly said: string
  /** What the next target was given of it. */
  readonly text: string
  readonly isEchoed: boolean
  readonly before: readonly { readonly inputTokens?: number; readonly outputTokens?: number }[]
}

/** Writes what another target says as what comes next in a stream that has begun. */
function splice(call: ModelCall, { dialect, start, said, text, isEchoed, before }: Splice): Output {
  const encoder = dialect.encodeEvents(contextOf(call, dialect, start))
  // It stands where the client does.
  Array.from(encoder.push({ type: 'reply-start' }))
  Array.from(encoder.push({ type: 'text-delta', choice: 0, text: said }))
  const writer = dialect.framing.writer()
  const shorten = withoutBeginning(isEchoed ? said : said.slice(text.length))
  const fitted = (part: ReplyPart): readonly ReplyPart[] => {
    if (part.type === 'reply-start') return []
    if (part.type === 'usage-report') return [{ ...part, usage: summedUsage([...before, part.usage]) }]
    if (part.type !== 'text-delta') return [part]
    const rest = shorten(part.text)
    return rest === '' ? [] : [{ ...part, text: rest }]
  }
  return (parts) => {
    const kept = parts.flatMap(fitted)
    const pieces = kept
      .flatMap((part) => [...encoder.push(part)])
      .map((event) => {
        const piece = writer.write(event)
        return typeof piece === 'string' ? Buffer.from(piece) : piece
      })
    if (kept.length === 0) return undefined
    const read = (): readonly ReplyPart[] => kept
    return {
      bytes: Buffer.concat(pieces),
      saysError: false,
      parts: read,
      readableParts: read,
      landmarkParts: read,
    }
  }
}

function contextOf(call: ModelCall, dialect: Dialect, start: Splice['start']): ReplyContext {
  const isClients = call.endpoint.kind === 'dialect' && call.endpoint.dialect === dialect
  return {
    callId: call.id,
    ...(start?.id === undefined ? {} : { replyId: start.id }),
    model: start?.model ?? call.model,
    createdAt: start?.createdAt ?? Math.floor(Date.now() / 1000),
    streamUsage: !isClients || call.request().streamUsage === true,
    body: call.wire.json,
  }
}

function continuationOf({ account, model }: Target, { endpoint }: ModelCall) {
  const client = endpoint.kind === 'dialect' ? endpoint.dialect : undefined
  const { continuation } = surfaceFor(account.provider, client, model)
  return continuation?.models?.(model) === false ? undefined : continuation
}

/** A body that passed through as it came may be one that our own decoder would refuse. */
function requestOf(call: ModelCall): ModelRequest | undefined {
  try {
    return call.endpoint.kind === 'dialect' ? call.request() : undefined
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}
