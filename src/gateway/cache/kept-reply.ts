import type { CachedReply, CacheInclude } from '../../core/calls/cache.ts'
import type { Frame, FrameSink, ModelReply, StreamBody } from '../../core/calls/call.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import { EventFrame, frameDecoder } from '../provider-call/event-frame.ts'
import { isCacheable } from './is-cacheable.ts'

/** A kept reply as one that comes from its provider. */
export function replayed({ target, dialect, status, headers, contentType, bytes, parts }: CachedReply): ModelReply {
  const head = { target, ...(dialect === undefined ? {} : { dialect }), status, headers }
  if (parts !== undefined) return { ...head, body: { kind: 'unary', bytes, contentType, parts } }
  const body: StreamBody = {
    kind: 'stream',
    contentType,
    open(sink) {
      sink.frame(new EventFrame(bytes, frameDecoder(dialect), false))
      sink.end()
    },
    pause: () => undefined,
    resume: () => undefined,
  }
  return { ...head, body }
}

export interface KeepRules {
  readonly maxEntryBytes: number
  readonly includes: ReadonlySet<CacheInclude>
}

/** Hears what became of a reply: the reply to keep, or nothing when it is none that may be given again. Called once. */
export type OnWhole = (reply: CachedReply | undefined) => void

/** The same reply; `onWhole` hears when all of it has come. */
export function overheard(reply: ModelReply, rules: KeepRules, onWhole: OnWhole): ModelReply {
  const { target, dialect, status, headers, body } = reply
  const head = { target, ...(dialect === undefined ? {} : { dialect }), status, headers: lasting(headers) }
  if (body.kind === 'stream') return { ...reply, body: overheardStream(body, reply, rules, onWhole, head) }
  const { bytes, contentType, parts } = body
  const isKept =
    status === 200 &&
    bytes.length <= rules.maxEntryBytes &&
    (dialect === undefined || isCacheable(parts, rules.includes))
  onWhole(isKept ? { ...head, bytes, contentType, parts } : undefined)
  return reply
}

function overheardStream(
  body: StreamBody,
  { dialect, status }: ModelReply,
  { maxEntryBytes, includes }: KeepRules,
  onWhole: OnWhole,
  head: Omit<CachedReply, 'bytes' | 'contentType'>,
): StreamBody {
  let chunks: Buffer[] = []
  let size = 0
  const isWanted = dialect !== undefined && status === 200
  const whole = (): CachedReply | undefined => {
    if (!isWanted || size > maxEntryBytes) return undefined
    const bytes = Buffer.concat(chunks)
    // Decoded once more, beside the client's stream: what passes through is not parsed on its way.
    return isCacheable(streamParts(bytes, dialect), includes)
      ? { ...head, bytes, contentType: body.contentType }
      : undefined
  }
  return {
    kind: 'stream',
    contentType: body.contentType,
    open(sink: FrameSink) {
      body.open({
        frame(frame: Frame) {
          size += frame.bytes.length
          if (isWanted && size <= maxEntryBytes) chunks.push(frame.bytes)
          else chunks = []
          sink.frame(frame)
        },
        end() {
          sink.end()
          onWhole(whole())
        },
        fail(error: GatewayError) {
          onWhole(undefined)
          sink.fail(error)
        },
      })
    },
    pause: () => body.pause(),
    resume: () => body.resume(),
  }
}

/** What a whole stream says; nothing when it cannot be read. */
export function streamParts(bytes: Buffer, dialect: Dialect): readonly ReplyPart[] {
  return new EventFrame(bytes, frameDecoder(dialect), false).readableParts()
}

/** What a provider says of one moment (its limits, its id of the request) is untrue of the next. */
export function lasting(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => lastingNames.has(name)))
}

const lastingNames: ReadonlySet<string> = new Set(['openai-version', 'openai-model', 'anthropic-version'])
