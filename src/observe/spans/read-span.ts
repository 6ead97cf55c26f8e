import { type Span, type SpanAttributes, type SpanEvent, type SpanKind, spanKinds } from '../../core/record/span.ts'
import type { JsonValue } from '../../core/wire/json.ts'
import { maxContentLength, maxNameLength, maxPlainLength } from './bounds.ts'
import { isPlain } from './plain-attributes.ts'
import type { RawAttributes, RawOrigin, RawSpan } from './raw-span.ts'

export interface ReadSpanOptions {
  /** Unix milliseconds. */
  readonly receivedAt: number
  /** Whether the workspace keeps what was said. */
  readonly keepsContent: boolean
}

/** The last moment of the year 9999. */
const lastTime = 253_402_300_799_999
/** In microseconds it is a whole number still. */
const longestMs = 9e12
const maxTokens = 1e12

/** `undefined` of one that has no ids. */
export function readSpan(raw: RawSpan, origin: RawOrigin, options: ReadSpanOptions): Span | undefined {
  const { traceId, spanId, parentId } = raw
  if (!isId(traceId, 32) || !isId(spanId, 16)) return undefined
  const attributes = split(raw.attributes, options.keepsContent)
  const events = raw.events.map(({ name, timeNano, attributes: given }) => {
    const { plain, content, dropped } = split(given, options.keepsContent)
    return { event: { name: short(name, maxNameLength), at: timeOf(timeNano), attributes: plain }, content, dropped }
  })
  const said = new Map(raw.attributes.pairs)
  const startedAt = raw.startNano === 0n ? options.receivedAt : timeOf(raw.startNano)
  const hasMessage = raw.status.message !== ''
  return {
    traceId,
    spanId,
    ...(isId(parentId, 16) ? { parentId } : {}),
    name: short(raw.name, maxNameLength),
    kind: kindOf(raw.kind),
    startedAt,
    durationMs: durationOf(raw),
    isError: raw.status.code === 2,
    ...given({
      user: firstText(said, userNames),
      service: firstText(new Map(origin.resource.pairs), ['service.name']),
      scope: origin.scope === '' ? undefined : short(origin.scope, maxNameLength),
      operation: firstText(said, ['gen_ai.operation.name', 'openinference.span.kind', 'traceloop.span.kind']),
      model: firstText(said, ['gen_ai.response.model', 'gen_ai.request.model', 'llm.model_name']),
      inputTokens: firstCount(said, [
        'gen_ai.usage.input_tokens',
        'gen_ai.usage.prompt_tokens',
        'llm.token_count.prompt',
      ]),
      outputTokens: firstCount(said, [
        'gen_ai.usage.output_tokens',
        'gen_ai.usage.completion_tokens',
        'llm.token_count.completion',
      ]),
    }),
    attributes: attributes.plain,
    events: events.map(({ event }) => event satisfies SpanEvent),
    ...contentOf(attributes.content, events, hasMessage && options.keepsContent ? raw.status.message : undefined),
    dropped:
      attributes.dropped +
      raw.droppedEvents +
      events.reduce((sum, { dropped }) => sum + dropped, hasMessage && !options.keepsContent ? 1 : 0),
  }
}

const userNames = ['user.id', 'enduser.id', 'langfuse.user.id'] as const

function isId(id: string, length: number): boolean {
  return id.length === length && /^[\da-f]+$/.test(id) && !/^0+$/.test(id)
}

interface Split {
  readonly plain: SpanAttributes
  readonly content: SpanAttributes
  readonly dropped: number
}

function split({ pairs, dropped }: RawAttributes, keepsContent: boolean): Split {
  const plain: (readonly [string, JsonValue])[] = []
  const content: (readonly [string, JsonValue])[] = []
  let left = dropped
  for (const [name, value] of pairs) {
    if (isPlain(name, value)) plain.push([name, value])
    else if (keepsContent) content.push([short(name, maxNameLength), cut(value)])
    else left++
  }
  // An own field whatever its name: `__proto__` too.
  return { plain: Object.fromEntries(plain), content: Object.fromEntries(content), dropped: left }
}

function cut(value: JsonValue): JsonValue {
  return typeof value === 'string' ? short(value, maxContentLength) : value
}

function contentOf(
  attributes: SpanAttributes,
  events: readonly { readonly content: SpanAttributes }[],
  status: string | undefined,
): Pick<Span, 'content'> {
  const ofEvents = events.flatMap(({ content }, index) =>
    Object.keys(content).length === 0 ? [] : [[String(index), content] as const],
  )
  if (Object.keys(attributes).length + ofEvents.length === 0 && status === undefined) return {}
  return {
    content: {
      attributes,
      ...(ofEvents.length === 0 ? {} : { events: Object.fromEntries(ofEvents) }),
      ...(status === undefined ? {} : { status: short(status, maxContentLength) }),
    },
  }
}

function kindOf(kind: number): SpanKind {
  return spanKinds[kind - 1] ?? 'internal'
}

function timeOf(nano: bigint): number {
  return Math.min(lastTime, Number(nano / 1_000_000n))
}

function durationOf({ startNano, endNano }: RawSpan): number {
  if (startNano === 0n || endNano <= startNano) return 0
  return Math.min(longestMs, Number((endNano - startNano) / 1000n) / 1000)
}

function firstText(said: ReadonlyMap<string, JsonValue>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = said.get(name)
    if (typeof value === 'string' && value !== '') return short(value, maxPlainLength)
  }
  return undefined
}

function firstCount(said: ReadonlyMap<string, JsonValue>, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = said.get(name)
    if (typeof value === 'number' && value >= 0 && value <= maxTokens) return Math.round(value)
  }
  return undefined
}

function short(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed()
}

function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
