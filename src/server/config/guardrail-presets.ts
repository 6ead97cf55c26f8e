/** Sets of guardrails to begin with. One of the file with the same id takes the place of one of these. */
import type { GuardrailEntry, Preset } from './guardrails-section.ts'

type Rule = Omit<GuardrailEntry, 'state'>

const everywhere = ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'] as const
/** An upload is read by a model later, by its id, and does not pass again. */
const inbound = ['input', 'tool-definition', 'tool-result', 'artifact'] as const
const outbound = ['output', 'tool-call'] as const

/**
 * From here on the model of prompt injection refuses what a user writes, alone, in `balanced`: rules are as sure. Chosen on long
 * prompts and on kinds of templates that the model had not learnt: docs/decisions/2026-11-27-balanced-refuses-what-is-sure.md.
 */
const sureOfInjection = 0.8

/** What is an answer worth without the names that a question is about? They are left alone here. */
const identifying = ['contact', 'financial', 'national-id', 'health', 'licence', 'crypto']

const balanced: readonly Rule[] = [
  { id: 'secrets', detector: 'secrets', points: [...everywhere], action: 'redact' },
  {
    id: 'prompt-injection',
    detector: 'prompt-injection',
    points: [...inbound],
    action: 'deny',
    thresholds: { input: sureOfInjection },
  },
  // What nobody is sure of is on record.
  { id: 'prompt-injection-watch', detector: 'prompt-injection', points: ['input'], files: false, action: 'allow' },
  {
    id: 'pii',
    detector: 'pii',
    points: ['input', 'tool-result'],
    action: 'redact',
    redaction: 'token',
    categories: identifying,
  },
  { id: 'malicious-url', detector: 'malicious-url', points: [...outbound], action: 'redact' },
  { id: 'html-injection', detector: 'html-injection', points: ['output'], action: 'redact', threshold: 0.7 },
  { id: 'unsafe-code', detector: 'unsafe-code', points: [...outbound], action: 'deny', threshold: 0.8 },
  { id: 'database-safety', detector: 'database-safety', points: ['tool-call'], action: 'deny', threshold: 0.8 },
  // Letters and records tell of violence, drugs and despair, and have to be read; instructions to do harm need not be.
  {
    id: 'harmful-content',
    detector: 'harmful-content',
    points: ['input', 'output'],
    files: false,
    action: 'deny',
    threshold: 0.7,
  },
  {
    id: 'harmful-content-read',
    detector: 'harmful-content',
    points: ['tool-result'],
    action: 'deny',
    threshold: 0.85,
    categories: ['harm-weapons', 'harm-mass-casualty', 'harm-cyber-crime', 'harm-sexual-minors'],
  },
  {
    id: 'system-prompt-leakage',
    detector: 'system-prompt-leakage',
    points: ['output'],
    action: 'deny',
    threshold: 0.7,
  },
]

const strict: readonly Rule[] = [
  ...balanced
    .filter(({ action }) => action !== 'allow')
    .map(({ threshold: _, thresholds: __, categories: ___, files: ____, ...rule }): Rule => rule),
  { id: 'pii-output', detector: 'pii', points: ['output'], action: 'redact' },
  {
    id: 'classification-labels',
    detector: 'classification-labels',
    points: ['input', 'tool-result', 'artifact'],
    action: 'deny',
  },
]

/** As strict, and no credential passes masked: nobody knows who else has it. */
const regulated: readonly Rule[] = [
  ...strict.map((rule): Rule => (rule.id === 'secrets' ? { ...rule, action: 'deny' } : rule)),
  { id: 'groundedness', detector: 'groundedness', points: ['output'], action: 'allow' },
]

const rulesOf: Readonly<Record<Preset, readonly Rule[]>> = { off: [], observe: strict, balanced, strict, regulated }

export function presetEntries(preset: Preset): readonly GuardrailEntry[] {
  return rulesOf[preset].map((rule) => ({ ...rule, state: preset === 'observe' ? 'shadow' : 'enforce' }))
}
