/** The detection services of Prisma AIRS, and which of them our detectors are. */
import type { Finding } from '../../core/inspection/detection.ts'
import type { Judgement } from '../../core/inspection/guardrail.ts'

/** By the names that reports have for them, with the fields that answers have: https://pan.dev/prisma-airs/api/airuntimesecurity/usecases/ */
export const services = {
  pi: 'injection',
  dlp: 'dlp',
  urlf: 'url_cats',
  tc: 'toxic_content',
  malicious_code: 'malicious_code',
  dbs: 'db_security',
  agent_security: 'agent',
  contextual_grounding: 'ungrounded',
  topic_guardrails: 'topic_violation',
} as const
export type Service = keyof typeof services

const ofDetector: Readonly<Record<string, Service>> = {
  'prompt-injection': 'pi',
  'azure-prompt-shields': 'pi',
  secrets: 'dlp',
  pii: 'dlp',
  presidio: 'dlp',
  'exact-data': 'dlp',
  'classification-labels': 'dlp',
  'source-code': 'dlp',
  canary: 'dlp',
  dictionary: 'dlp',
  'system-prompt-leakage': 'dlp',
  'malicious-url': 'urlf',
  'harmful-content': 'tc',
  'openai-moderation': 'tc',
  profanity: 'tc',
  'unsafe-code': 'malicious_code',
  'html-injection': 'malicious_code',
  'database-safety': 'dbs',
  groundedness: 'contextual_grounding',
}

/** Of detectors that find several kinds. */
const ofCategory: Readonly<Record<string, Service>> = {
  injection: 'pi',
  jailbreak: 'pi',
  credential: 'dlp',
  financial: 'dlp',
  personal: 'dlp',
  'sensitive-data': 'dlp',
  'malicious-url': 'urlf',
  'harmful-content': 'tc',
  'malicious-code': 'malicious_code',
  database: 'dbs',
  agent: 'agent_security',
  grounding: 'contextual_grounding',
}

/** What is of no kind that AIRS knows is a rule of your own, as its topics are. */
export function serviceOf(detector: string, category?: Finding['category']): Service {
  return (
    (Object.hasOwn(ofDetector, detector) ? ofDetector[detector] : undefined) ??
    (category !== undefined && Object.hasOwn(ofCategory, category) ? ofCategory[category] : undefined) ??
    'topic_guardrails'
  )
}

/** The services that have found something, of what guardrails said. */
export function servicesIn(judgements: readonly Judgement[]): ReadonlySet<Service> {
  return new Set(
    judgements.flatMap(({ guardrail, findings }) =>
      findings.map(({ category }) => serviceOf(guardrail.detector, category)),
    ),
  )
}
