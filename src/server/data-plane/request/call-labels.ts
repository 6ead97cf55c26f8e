import { agentIn, callerFields, userIn } from '../../../core/calls/caller-names.ts'
import type { Principal } from '../../../core/calls/registry.ts'
import { GatewayError } from '../../../core/errors.ts'
import { readBaggage, readTraceParent, type TraceParent } from '../../../core/record/trace-context.ts'
import { hasControl, withoutControls } from '../../../core/text/control-characters.ts'
import { headerText } from '../../../core/text/header-text.ts'
import { plainName } from '../../../core/text/plain-name.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { matchesAny } from '../../../registry/virtual-keys.ts'

/** What a client says of a call beside its question: routes see the metadata, and the record has all of it. */
export interface ClientLabels {
  readonly metadata: Readonly<Record<string, string>>
  /** What it groups its calls by. */
  readonly traceId?: string
  /** What it groups its traces by. */
  readonly sessionId?: string
  readonly traceParent?: TraceParent
}

/** The same with what its body says. */
export interface CallLabels extends ClientLabels {
  /** What of it does not stand in the body. */
  readonly ofHeaders: ClientLabels
  /** The end user that the body names. */
  readonly user?: string
}

const header = 'x-portcullis-metadata'
const maxTexts = 32
const maxNameLength = 128
/** As OpenAI has it for the body's. */
const maxTextLength = 512
/** Of a trace or a session. */
const maxIdLength = 256
/** OpenInference and OpenTelemetry have the session of a client in its baggage. */
const sessionBaggage = new Set(['session.id'])

const none: ClientLabels = { metadata: {} }

/** Beside what stands in the request for itself. */
export interface LabelSources {
  /** By headers of another gateway. */
  readonly said?: ClientLabels | undefined
  /** Which names of the `baggage` are metadata. */
  readonly baggage?: readonly string[] | undefined
}
type Texts = Readonly<Record<string, string>>
const nothing: CallLabels = { metadata: none.metadata, ofHeaders: none }

/**
 * Reads the body's `metadata` and `user`, and the headers `x-portcullis-metadata`, which goes before them, `x-portcullis-trace-id`,
 * `x-portcullis-session-id`, `traceparent` and `baggage` (W3C), which goes behind both: it may come from far away. Throws `invalid_request`.
 */
export function callLabels(
  headers: Readonly<Record<string, string>>,
  body: JsonObject,
  { said = none, baggage }: LabelSources = {},
): CallLabels {
  const { metadata: inBody, user } = body
  const sent = headers[header]
  const traceParent = readTraceParent(headers['traceparent'])
  const traceId = headers['x-portcullis-trace-id'] ?? said.traceId ?? traceParent?.traceId
  const sessionId = sessionOf(headers)
  const carried = baggage === undefined ? undefined : carriedTexts(headers['baggage'], baggage)
  const isSilent = sent === undefined && inBody === undefined && user === undefined && carried === undefined
  if (isSilent && traceId === undefined && sessionId === undefined && said === none) return nothing
  const explicit = { ...said.metadata, ...(sent === undefined ? {} : headerTexts(sent)) }
  const ofHeaders: ClientLabels = {
    // Those that are meant for the record stand first: it keeps only so many.
    metadata: carried === undefined ? explicit : { ...explicit, ...carried, ...explicit },
    ...(traceId === undefined || traceId === '' ? {} : { traceId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(traceParent === undefined ? {} : { traceParent }),
  }
  return {
    ...ofHeaders,
    metadata: { ...carried, ...bodyTexts(inBody), ...explicit },
    ofHeaders,
    ...(typeof user === 'string' ? { user } : {}),
  }
}

/** The header that says the same in calls that are made for this one, as far as it may: who is calling stands first. */
export function metadataHeader(metadata: Texts): Texts {
  const said = Object.entries(metadata).filter(
    ([name, text]) => name.length <= maxNameLength && text.length <= maxTextLength,
  )
  const [own, others] = [true, false].map((isOwn) => said.filter(([name]) => callerFields.has(name) === isOwn))
  const all = [...(own ?? []), ...(others ?? [])].slice(0, maxTexts)
  return all.length === 0 ? {} : { [header]: inAscii(JSON.stringify(Object.fromEntries(all))) }
}

/** Throws `agent_not_allowed`, and `metadata_required` where a name is missing that the key asks for. */
export function checkMetadata({ scope }: Principal, { metadata }: ClientLabels): void {
  if (scope === undefined) return
  if (scope.plainAgents !== undefined) checkAgent(scope.plainAgents, agentIn({ metadata }))
  // What nobody sees names nobody.
  const missing = scope.requireMetadata?.find((name) => plainName(metadata[name] ?? '') === '')
  if (missing === undefined) return
  const message = `This key takes only calls with the metadata "${missing}"; send it in \`${header}\`, or in the body.`
  throw new GatewayError('metadata_required', message, { param: header })
}

function checkAgent(patterns: readonly string[], agent = ''): void {
  // What nobody sees names nobody, whatever a pattern takes.
  const name = plainName(agent)
  if (name !== '' && matchesAny(patterns, name)) return
  const said = name === '' ? 'a call that names no agent' : 'this agent'
  throw new GatewayError('agent_not_allowed', `This key is not for ${said}.`, { param: header })
}

/** The texts of the `metadata` of a body. */
export function bodyTexts(metadata: JsonValue | undefined): Readonly<Record<string, string>> {
  return isJsonObject(metadata) ? texts(metadata) : {}
}

/** Labels as the record keeps them: few and short, whatever a body holds. */
export interface RecordedLabels {
  readonly metadata?: Readonly<Record<string, string>>
  readonly traceId?: string
  readonly sessionId?: string
  readonly traceParent?: TraceParent
  readonly agent?: string
  readonly user?: string
}

/** `isBodyKept` false: nothing that stands in the body. */
export function recordedLabels(labels: CallLabels, isBodyKept: boolean): RecordedLabels {
  if (labels === nothing) return {}
  const { metadata, traceId, sessionId, traceParent } = isBodyKept ? labels : labels.ofHeaders
  // Who is calling, and then those of headers: they are meant for the record.
  const all = Object.entries({ ...callersOf(metadata), ...labels.ofHeaders.metadata, ...metadata })
  const kept = all
    .filter(([name]) => name !== '' && name.length <= maxNameLength && !hasControl(name))
    .slice(0, maxTexts)
  const user = userIn(isBodyKept ? labels : { metadata })
  const agent = agentIn({ metadata })
  return {
    ...(kept.length === 0
      ? {}
      : {
          metadata: Object.fromEntries(
            kept.map(([name, text]) => [name, callerFields.has(name) ? shortName(text) : short(text)]),
          ),
        }),
    ...(traceId === undefined ? {} : { traceId: short(headerText(traceId), maxIdLength) }),
    ...(sessionId === undefined ? {} : { sessionId: short(sessionId, maxIdLength) }),
    ...(traceParent === undefined ? {} : { traceParent }),
    ...(agent === undefined ? {} : { agent: shortName(agent) }),
    ...(user === undefined ? {} : { user: shortName(user) }),
  }
}

function callersOf(metadata: Texts): Texts {
  const callers: Record<string, string> = {}
  for (const name of callerFields) if (metadata[name] !== undefined) callers[name] = metadata[name]
  return callers
}

/** The plain form of a long one: what nobody sees must not push the name itself off the record. */
function shortName(name: string): string {
  return name.length <= maxTextLength ? short(name) : short(plainName(name))
}

function short(text: string, maxLength: number = maxTextLength): string {
  return withoutControls(text.slice(0, maxLength)).toWellFormed()
}

function headerTexts(sent: string): Readonly<Record<string, string>> {
  const read = parseJson(headerText(sent))
  if (!isJsonObject(read) || !Object.values(read).every((value) => typeof value === 'string'))
    throw invalid('must be a JSON object of texts.')
  const entries = Object.entries(texts(read))
  // JSON can bring in what a header cannot hold.
  if (entries.some((entry) => entry.some(hasControl))) throw invalid('takes no control characters.')
  const areShort = entries.every(([name, text]) => name.length <= maxNameLength && text.length <= maxTextLength)
  if (areShort && entries.length <= maxTexts) return Object.fromEntries(entries)
  throw invalid(`takes at most ${maxTexts} texts of at most ${maxTextLength} characters.`)
}

function invalid(sentence: string): GatewayError {
  return new GatewayError('invalid_request', `\`${header}\` ${sentence}`, { param: header })
}

function texts(fields: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function inAscii(json: string): string {
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function carriedTexts(sent: string | undefined, names: readonly string[]): Texts | undefined {
  const found = readBaggage(sent, new Set(names))
  if (found.size === 0) return undefined
  return Object.fromEntries([...found].map(([name, text]) => [name, short(text)]))
}

function sessionOf(headers: Readonly<Record<string, string>>): string | undefined {
  // Ours, Helicone's, and Claude Code's, each by its own name: a loop over names is slower, and this is in every call.
  const id = headers['x-portcullis-session-id'] || headers['helicone-session-id'] || headers['x-claude-code-session-id']
  if (id) return headerText(id)
  const { baggage } = headers
  return baggage === undefined ? undefined : readBaggage(baggage, sessionBaggage).get('session.id')
}
