/** What detectors have in common that ask somebody else: settings, bounds, what is remembered, and how a reply is read. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Detect, DetectionContext, Finding, InspectionPoint } from './detection.ts'
import type { DetectorIo, DetectorReply, DetectorRequest } from './detector-io.ts'
import { GatewayError } from './errors.ts'
import { readReference, referenceFault } from './secret-reference.ts'

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
  /** Needed for a private or loopback address, and for plain HTTP. */
  allowPrivateNetwork: z.boolean().default(false),
  /** For one answer. */
  timeoutMs: z.int().min(10).max(60_000).default(3000),
  /** How long an answer is used again for the same text; 0: it is not. */
  cacheSeconds: z.int().min(0).max(86_400).default(300),
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
  /** What else than text and point decides. */
  keyOf?(context: DetectionContext): string
}

const MAX_REMEMBERED = 4096
const OVERLAP = 512

/** A `detect` that asks about each text, in parts where it is long, and remembers answers for a while. Faults are not remembered. */
export function asking(
  { cacheSeconds }: Pick<RemoteSettings, 'cacheSeconds'>,
  io: DetectorIo,
  { maxCharacters, keyOf }: AskingOptions,
  ask: AskAbout,
): Detect {
  const answers = new Map<string, { readonly findings: readonly Finding[]; readonly until: number }>()
  const overlap = Math.min(OVERLAP, Math.floor(maxCharacters / 4))

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
      at += maxCharacters - overlap
      starts.push(at)
    }
    return Promise.all(
      starts.map(async (start) => {
        const findings = await askedAbout(text.slice(start, start + maxCharacters), context)
        return findings.map(({ span, ...rest }) => ({
          ...rest,
          span: { start: span.start + start, end: span.end + start },
        }))
      }),
    ).then((parts) => parts.flat())
  }
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

export interface JsonQuestion extends Omit<DetectorRequest, 'body'> {
  readonly body: unknown
}

/** POSTs JSON and reads the answer. What is not as the schema says is a fault, whose sentence holds nothing of it. */
export async function askJson<Answer>(
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
