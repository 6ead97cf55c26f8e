/** What detectors have in common that ask somebody else: settings, bounds, what is remembered, and how a reply is read. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { GatewayError } from '../errors.ts'
import { readReference, referenceFault } from '../secrets/secret-reference.ts'
import type { Detect, DetectionContext, Finding, InspectionPoint, Span } from './detection.ts'
import type { DetectorIo, DetectorReply, DetectorRequest } from './detector-io.ts'

/** A value, or where it is kept: `env:`, `file:`, `vault:`, … */
export const secretText = z
  .string()
  .min(1)
  .max(8192)
  .superRefine((text, context) => {
    const reference = readReference(text)
    const fault = reference === undefined ? undefined : referenceFault(reference)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `The reference ${fault}.` })
  })

export const remoteSettings = {
  allowPrivateNetwork: z
    .boolean()
    .default(false)
    .describe('Needed for a private or loopback address, and for plain HTTP.'),
  timeoutMs: z.int().min(10).max(60_000).default(3000).describe('How long an answer may take, in milliseconds.'),
  cacheSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(300)
    .describe('How many seconds an answer is used again for the same text; 0: it is not.'),
}

export interface RemoteSettings {
  readonly allowPrivateNetwork: boolean
  readonly timeoutMs: number
  readonly cacheSeconds: number
}

/** Texts go as a whole, so findings may be as long as they are. */
export const wholeTexts = { maxSpan: Number.POSITIVE_INFINITY, openFrom: () => 0 } as const

export const everyPoint: readonly InspectionPoint[] = [
  'input',
  'output',
  'tool-definition',
  'tool-call',
  'tool-result',
  'artifact',
]

/** Asks about one text. */
export type AskAbout = (text: string, context: DetectionContext) => Promise<readonly Finding[]>

export interface AskingOptions {
  /** Longer texts are asked about in parts that overlap. */
  readonly maxCharacters: number
  /** By so much, in UTF-16 units. Absent: 512. */
  readonly overlap?: number | undefined
  /** What else than text and point decides. */
  keyOf?(context: DetectionContext): string
}

const MAX_REMEMBERED = 4096
const OVERLAP = 512

/** A `detect` that asks about each text, in parts where it is long, and remembers answers for a while. Faults are not remembered. */
export function asking(
  { cacheSeconds }: Pick<RemoteSettings, 'cacheSeconds'>,
  io: DetectorIo,
  { maxCharacters, overlap: wanted = OVERLAP, keyOf }: AskingOptions,
  ask: AskAbout,
): Detect {
  const answers = new Map<string, { readonly findings: readonly Finding[]; readonly until: number }>()
  const overlap = Math.min(wanted, Math.floor(maxCharacters / 4))

  async function askedAbout(text: string, context: DetectionContext): Promise<readonly Finding[]> {
    const key = hash('sha256', JSON.stringify([context.point, keyOf?.(context) ?? '', text]), 'base64')
    const known = answers.get(key)
    if (known !== undefined && known.until > io.now()) return known.findings
    const findings = (await ask(text, context)).flatMap((finding) => inText(finding, text.length))
    if (cacheSeconds === 0) return findings
    answers.delete(key)
    answers.set(key, { findings, until: io.now() + cacheSeconds * 1000 })
    const oldest = answers.size > MAX_REMEMBERED ? answers.keys().next().value : undefined
    if (oldest !== undefined) answers.delete(oldest)
    return findings
  }

  return ({ text }, context) => {
    if (text.trim() === '') return []
    if (text.length <= maxCharacters) return askedAbout(text, context)
    const starts: number[] = [0]
    for (let at = 0; at + maxCharacters < text.length; ) {
      at = characterStart(text, at + maxCharacters - overlap)
      starts.push(at)
    }
    return inParts(starts, async (start) => {
      const part = text.slice(start, characterStart(text, start + maxCharacters))
      const findings = await askedAbout(part, context)
      return findings.map(({ span, ...rest }) => ({
        ...rest,
        span: { start: span.start + start, end: span.end + start },
      }))
    })
  }
}

/** A few at a time: a long text is no flood for whoever is asked. */
async function inParts(
  starts: readonly number[],
  ask: (start: number) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const findings: (readonly Finding[])[] = []
  for (let from = 0; from < starts.length; from += PARTS_AT_ONCE)
    findings.push(...(await Promise.all(starts.slice(from, from + PARTS_AT_ONCE).map(ask))))
  return findings.flat()
}
const PARTS_AT_ONCE = 4

/** Where a character begins: at `at`, or one unit before it. */
function characterStart(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}

/** A span as somebody else gave it. One that leads nowhere stands for the whole text: it must not be lost. */
function inText(finding: Finding, length: number): readonly Finding[] {
  const { start, end } = finding.span
  const isWithin = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length
  return [isWithin ? finding : { ...finding, span: { start: 0, end: length } }]
}

/** A finding about the whole text. */
export function aboutAll(text: string, rule: string, category: string, score: number): Finding {
  return { rule, category, score: scoreOf(score), span: { start: 0, end: text.length } }
}

/** Above 0 and up to 1, whatever was said. */
export function scoreOf(score: number): number {
  return Number.isFinite(score) ? Math.min(1, Math.max(0.001, score)) : 1
}

/** A span of a program that counts characters (Python), in UTF-16 units. */
export function spanOfCharacters(text: string, start: number, end: number): Span {
  let unit = 0
  let count = 0
  const span = { start: Number.NaN, end: Number.NaN }
  for (const character of text) {
    if (count === start) span.start = unit
    if (count === end) span.end = unit
    unit += character.length
    count++
  }
  if (count === end) span.end = unit
  return span
}

/** Each place where a text holds the words; the whole text where it does not hold them, or too often to list. */
export function spansOfWords(text: string, words: string): readonly Span[] {
  const spans: Span[] = []
  for (let at = words === '' ? -1 : text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
    spans.push({ start: at, end: at + words.length })
    if (spans.length > MAX_PLACES) break
  }
  return spans.length === 0 || spans.length > MAX_PLACES ? [{ start: 0, end: text.length }] : spans
}
const MAX_PLACES = 256

/** `PII/Credit_Card` as the name of a rule. */
export function ruleName(name: string): string {
  const rule = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
  return rule.replace(/^-|-$/g, '') || 'found'
}

export interface ServiceSettings extends RemoteSettings {
  readonly baseUrl: string
}

export interface ServiceQuestion {
  /** The detector. */
  readonly name: string
  /** Behind the base URL. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  readonly signal: AbortSignal | undefined
}

/** Asks a service at its base URL. */
export async function askService<Answer>(
  io: DetectorIo,
  { baseUrl, allowPrivateNetwork, timeoutMs }: ServiceSettings,
  { name, path, headers = {}, body, signal }: ServiceQuestion,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const url = (await io.secret(baseUrl)).replace(/\/{1,8}$/, '') + path
  return await askJson(io, { name, allowPrivateNetwork }, { url, headers, body, timeoutMs, signal }, schema)
}

export function serviceDestination({ baseUrl, allowPrivateNetwork }: ServiceSettings): {
  readonly url: string
  readonly allowPrivateNetwork: boolean
} {
  return { url: baseUrl, allowPrivateNetwork }
}

export async function bearer(io: DetectorIo, key: string | undefined): Promise<Readonly<Record<string, string>>> {
  return key === undefined ? {} : { authorization: `Bearer ${await io.secret(key)}` }
}

/** Whether a text is said by the model. */
export function isAnswer({ point }: Pick<DetectionContext, 'point'>): boolean {
  return point === 'output' || point === 'tool-call'
}

interface JsonQuestion extends Omit<DetectorRequest, 'body'> {
  readonly body: unknown
}

/** POSTs JSON and reads the answer. What is not as the schema says is a fault, whose sentence holds nothing of it. */
async function askJson<Answer>(
  io: DetectorIo,
  place: Parameters<DetectorIo['post']>[0],
  { body, headers, ...request }: JsonQuestion,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const text = JSON.stringify(body)
  const reply = await io.post(place, {
    ...request,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: text,
  })
  return readAnswer(reply, schema)
}

/** A redirect is no answer: what is meant for one address goes to no other. */
export function readAnswer<Answer>({ status, body }: DetectorReply, schema: z.ZodType<Answer>): Answer {
  if (status < 200 || status >= 300) {
    throw new GatewayError('upstream_error', `The remote detector answered with the status ${status}.`)
  }
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw new GatewayError('upstream_invalid_reply', 'The remote detector did not answer with JSON.')
  }
  const answer = schema.safeParse(json)
  if (answer.success) return answer.data
  const [issue] = answer.error.issues
  const field = issue === undefined || issue.path.length === 0 ? 'it' : `\`${issue.path.join('.')}\``
  throw new GatewayError('upstream_invalid_reply', `The answer of the remote detector is not as documented: ${field}.`)
}
