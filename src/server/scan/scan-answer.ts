/** What the scan API of Prisma AIRS answers, in the words of its SDKs. */
import type { JsonObject } from '../../core/wire/json.ts'
import { edited } from '../../gateway/inspection/redactor.ts'
import { type Service, serviceOf, services, servicesIn } from './detection-services.ts'
import type { ScanRequest } from './scan-request.ts'
import type { Scan, ScannedText, Side } from './scanner.ts'

export interface ScanIds {
  readonly scanId: string
  readonly reportId: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string
}

const fieldsOf = {
  prompt: ['pi', 'dlp', 'urlf', 'tc', 'malicious_code', 'agent_security', 'topic_guardrails'],
  response: [
    'pi',
    'dlp',
    'urlf',
    'dbs',
    'tc',
    'malicious_code',
    'agent_security',
    'contextual_grounding',
    'topic_guardrails',
  ],
  tool: ['pi', 'dlp', 'urlf', 'dbs', 'tc', 'malicious_code', 'agent_security', 'topic_guardrails'],
} as const satisfies Record<string, readonly Service[]>

export function scanAnswer(request: ScanRequest, scan: Scan, ids: ScanIds): JsonObject {
  const errors = errorsIn(scan)
  const isFound = scan.texts.some(({ judgements }) => judgements.some(({ findings }) => findings.length > 0))
  const isBlocked = blocks(scan)
  const isLate = errors.some(({ status }) => status === 'timeout')
  const tool = request.contents.find(({ tool_event }) => tool_event !== undefined && tool_event !== null)?.tool_event
  return {
    scan_id: ids.scanId,
    report_id: ids.reportId,
    tr_id: request.tr_id ?? '',
    ...(typeof request.session_id === 'string' ? { session_id: request.session_id } : {}),
    profile_id: scan.profile.id,
    profile_name: scan.profile.name,
    category: isFound ? 'malicious' : !isBlocked ? 'benign' : isLate ? 'timeout' : 'error',
    action: isBlocked ? 'block' : 'allow',
    timeout: isLate,
    error: errors.length > 0,
    errors,
    ...sideAnswer('prompt', scan),
    ...sideAnswer('response', scan),
    ...(tool === undefined || tool === null ? {} : { tool_detected: toolAnswer(tool.metadata ?? {}, scan) }),
    created_at: ids.startedAt,
    completed_at: ids.endedAt,
  }
}

/** What is to be redacted goes on masked, where an answer can say how; where it cannot, it must not go on. */
function blocks({ effect, texts }: Scan): boolean {
  if (effect.kind !== 'allow' && effect.kind !== 'redact') return true
  const changed = texts.filter(({ edits }) => edits.length > 0)
  const sides = changed.map(({ side }) => side)
  return changed.some(({ isMain }) => !isMain) || new Set(sides).size < sides.length
}

function sideAnswer(side: 'prompt' | 'response', { texts }: Scan): JsonObject {
  const own = texts.filter((text) => text.side === side)
  if (own.length === 0) return {}
  const masked = own.filter(({ edits, isMain }) => edits.length > 0 && isMain)
  const [first] = masked
  return {
    [`${side}_detected`]: flagsOf(own, fieldsOf[side]),
    ...(first === undefined || masked.length > 1 ? {} : { [`${side}_masked_data`]: maskedData(first) }),
  }
}

function flagsOf(texts: readonly ScannedText[], fields: readonly Service[]): Record<string, boolean> {
  const found = servicesIn(texts.flatMap(({ judgements }) => judgements))
  const flags: Record<string, boolean> = {}
  for (const service of fields) flags[services[service]] = found.has(service)
  // Statements of a database in a prompt have no field of their own.
  if (found.has('dbs') && !fields.includes('dbs')) flags['malicious_code'] = true
  if (found.has('contextual_grounding') && !fields.includes('contextual_grounding')) flags['topic_violation'] = true
  return flags
}

/** Positions count bytes of UTF-8, as those of AIRS do. */
function maskedData({ text, edits, judgements }: ScannedText): JsonObject {
  const all = judgements.flatMap(({ findings }) => findings)
  // Of two guardrails that find the same thing, one is told.
  const found = new Map(all.map((one) => [`${one.rule} ${one.span.start} ${one.span.end}`, one])).values()
  const isTaken = ({ start, end }: { start: number; end: number }): boolean =>
    edits.some((edit) => edit.start <= start && end <= edit.end)
  const patterns = Map.groupBy(
    Array.from(found).filter(({ span }) => isTaken(span)),
    ({ rule }) => rule,
  )
  return {
    data: edited(text, edits),
    pattern_detections: Array.from(patterns, ([pattern, findings]) => ({
      pattern,
      locations: findings.map(({ span }) => [bytesOf(text, span.start), bytesOf(text, span.end)]),
    })),
  }
}

function bytesOf(text: string, end: number): number {
  return Buffer.byteLength(text.slice(0, end))
}

function toolAnswer(metadata: object, { texts }: Scan): JsonObject {
  const entryOf = (side: Side): JsonObject => {
    const own = texts.filter((text) => text.side === side)
    return {
      detection_entries: own.length === 0 ? [] : [{ detections: flagsOf(own, fieldsOf.tool), threats: threatsIn(own) }],
    }
  }
  const own = texts.filter(({ side }) => side === 'tool-input' || side === 'tool-output')
  const threats = threatsIn(own)
  return {
    verdict: threats.length > 0 ? 'malicious' : 'benign',
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => typeof value === 'string')),
    summary: { detections: flagsOf(own, fieldsOf.tool), threats },
    input_detected: entryOf('tool-input'),
    output_detected: entryOf('tool-output'),
  }
}

function threatsIn(texts: readonly ScannedText[]): string[] {
  const rules = texts.flatMap(({ judgements }) =>
    judgements.flatMap(({ findings }) => findings.map(({ rule }) => rule)),
  )
  return [...new Set(rules)]
}

interface ScanError {
  readonly [name: string]: string
  readonly status: 'error' | 'timeout'
}

function errorsIn({ texts }: Scan): ScanError[] {
  const all = texts.flatMap(({ side, judgements }) =>
    judgements.flatMap(({ guardrail, fault }): ScanError[] =>
      fault === undefined
        ? []
        : [
            {
              content_type: typeOf(side),
              feature: serviceOf(guardrail.detector),
              status: fault === 'timed-out' ? 'timeout' : 'error',
            },
          ],
    ),
  )
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

function typeOf(side: Side): string {
  return side === 'prompt' || side === 'response' ? side : 'tool_event'
}

/** One entry for each service that looked at each side. */
export function scanReport(request: ScanRequest, scan: Scan, ids: ScanIds, reqId: number): JsonObject {
  const sides = (['prompt', 'response', 'tool-input', 'tool-output'] as const).filter((side) =>
    scan.texts.some((text) => text.side === side),
  )
  return {
    report_id: ids.reportId,
    scan_id: ids.scanId,
    req_id: reqId,
    transaction_id: request.tr_id ?? '',
    detection_results: sides.flatMap((side) => resultsOf(side, scan)),
  }
}

function resultsOf(side: Side, { texts, guardrails }: Scan): JsonObject[] {
  const judgements = texts.filter((text) => text.side === side).flatMap((text) => text.judgements)
  const found = servicesIn(judgements)
  const looked = new Set([...guardrails.map(({ detector }) => serviceOf(detector)), ...found])
  return Array.from(looked, (service) => {
    const own = judgements.filter(({ guardrail, findings }) =>
      findings.some(({ category }) => serviceOf(guardrail.detector, category) === service),
    )
    const isBlocked = own.some(
      ({ guardrail: { state, action } }) => state === 'enforce' && action !== 'allow' && action !== 'redact',
    )
    return {
      data_type: typeOf(side),
      detection_service: service,
      verdict: found.has(service) ? 'malicious' : 'benign',
      action: isBlocked ? 'block' : 'allow',
      result_detail: found.has(service) && service === 'dlp' ? dlpDetail(own) : {},
    }
  })
}

function dlpDetail(judgements: readonly ScannedText['judgements'][number][]): JsonObject {
  const rules = new Set(judgements.flatMap(({ findings }) => findings.map(({ rule }) => rule)))
  return {
    dlp_report: {
      data_pattern_rule1_verdict: 'MATCHED',
      data_pattern_detection_offsets: Array.from(rules, (name) => ({ data_pattern_id: name, version: 1, name })),
    },
  }
}
