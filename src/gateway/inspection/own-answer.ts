import type { Frame, ModelCall, ModelReply } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'

/** What the gateway says in a model's place, as that would have said it. */
export interface OwnAnswers {
  /** To a request that no provider got. */
  reply(text: string): ModelReply
  /** A whole reply with this text and nothing else of the model's. What it cost is told. */
  inPlaceOf(reply: ModelReply, text: string): ModelReply
  inStream(reply: ModelReply): OwnEnding
}

/** Goes on where a stream stands. */
export interface OwnEnding {
  /** A frame that the client has. */
  sent(frame: Frame): void
  /** What ends the stream; `undefined`: the client has half a call of a tool, and must not run it. */
  ending(text: string): Frame | undefined
}

/** `undefined` for a client that is answered in no dialect. */
export function ownAnswers(call: ModelCall): OwnAnswers | undefined {
  const { endpoint } = call
  if (endpoint.kind !== 'dialect') return undefined
  const { dialect } = endpoint
  const whole = (parts: readonly ReplyPart[], target: Target, headers: ModelReply['headers']): ModelReply => ({
    target,
    dialect,
    status: 200,
    headers,
    body: {
      kind: 'unary',
      bytes: Buffer.from(JSON.stringify(dialect.encodeReply(parts, contextOf(call)))),
      contentType: 'application/json',
      parts,
    },
  })
  return {
    reply: (text) => whole(saying(text, [nothingUsed]), gatewayItself(call, dialect), {}),
    inPlaceOf({ target, headers, body }, text) {
      const usage = body.kind === 'unary' ? body.parts.filter(({ type }) => type === 'usage-report') : []
      return whole(saying(text, usage), target, headers)
    },
    inStream: (reply) => ownEnding(call, reply.dialect ?? dialect),
  }
}

const nothingUsed: ReplyPart = { type: 'usage-report', usage: { inputTokens: 0, outputTokens: 0 } }

function saying(text: string, usage: readonly ReplyPart[]): readonly ReplyPart[] {
  return [
    { type: 'reply-start' },
    { type: 'text-delta', choice: 0, text },
    { type: 'choice-end', choice: 0, reason: 'content-filter' },
    ...usage,
    { type: 'reply-end' },
  ]
}

function ownEnding(call: ModelCall, dialect: Dialect): OwnEnding {
  const open = new Set<number>()
  const spoken = new Set<number>()
  let hasBegun = false
  let hasCalled = false
  const take = (part: ReplyPart): void => {
    if (part.type === 'reply-start') hasBegun = true
    else if (part.type === 'tool-call-start' || part.type === 'tool-call-delta') hasCalled = true
    else if (part.type === 'choice-end') open.delete(part.choice)
    else if ('choice' in part) open.add(part.choice)
    if (part.type === 'text-delta' && part.text !== '') spoken.add(part.choice)
  }
  return {
    sent: (frame) => frame.readableParts().forEach(take),
    ending(text) {
      if (hasCalled) return undefined
      const choices = open.size === 0 ? [0] : [...open]
      const parts: readonly ReplyPart[] = [
        ...(hasBegun ? [] : [{ type: 'reply-start' as const }]),
        ...choices.flatMap((choice): ReplyPart[] => [
          { type: 'text-delta', choice, text: spoken.has(choice) ? `\n\n${text}` : text },
          { type: 'choice-end', choice, reason: 'content-filter' },
        ]),
        { type: 'reply-end' },
      ]
      const read = (): readonly ReplyPart[] => parts
      return {
        bytes: bytesOf(call, dialect, parts, hasBegun),
        instead: saying(text, []),
        saysError: false,
        parts: read,
        readableParts: read,
        landmarkParts: read,
      }
    },
  }
}

/** As its provider would have written it, for the record. */
function bytesOf(call: ModelCall, dialect: Dialect, parts: readonly ReplyPart[], hasBegun: boolean): Buffer {
  const encoder = dialect.encodeEvents(contextOf(call))
  const writer = dialect.framing.writer()
  if (hasBegun) Array.from(encoder.push({ type: 'reply-start' }))
  const pieces = parts.flatMap((part) => [...encoder.push(part)]).map((event) => Buffer.from(writer.write(event)))
  return Buffer.concat(pieces)
}

function contextOf({ id, model, asked, wire }: ModelCall): ReplyContext {
  return {
    callId: id,
    model,
    createdAt: Math.floor(Date.now() / 1000),
    streamUsage: false,
    body: asked ?? wire.json,
  }
}

/** Nobody else answers. */
function gatewayItself({ model }: ModelCall, dialect: Dialect): Target {
  return {
    account: {
      id: 'portcullis',
      provider: {
        id: 'portcullis',
        title: 'Portcullis',
        docs: '',
        dialect,
        environment: { apiKey: [], baseUrl: [] },
        needsKey: false,
        authorize() {
          throw new GatewayError('internal_error', 'Nothing is sent where the gateway answers itself.')
        },
      },
      baseUrl: '',
      allowPrivateNetwork: false,
      requestStreamUsage: false,
      options: {},
      source: 'built-in',
    },
    model,
    facts: {
      id: model,
      title: model,
      inputModalities: ['text'],
      outputModalities: ['text'],
      price: { input: 0, output: 0 },
    },
  }
}
