import { hash, hkdfSync, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { detectors } from '../../catalog/detectors.generated.ts'
import { GatewayError } from '../../core/errors.ts'
import { type Detect, type Detector, inspectionPoints } from '../../core/inspection/detection.ts'
import type { CompiledDetector, Guardrail, GuardrailException, Guardrails } from '../../core/inspection/guardrail.ts'
import type { KeyMark } from '../../core/inspection/own-keys.ts'
import { readReference } from '../../core/secrets/secret-reference.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import type { ImageLimits } from '../../gateway/inspection/image-limits.ts'
import { checkTokenUrl } from '../../gateway/outbound/address-guard.ts'
import type { ImageRules } from '../inspection/image-limits-of.ts'
import { presetEntries } from './guardrail-presets.ts'
import type { GuardrailEntry, InspectionSection, Preset } from './guardrails-section.ts'
import { pathText, ruleText, suggestion } from './issue-text.ts'

/** As the file has it. */
export interface GuardrailSource {
  readonly entries: readonly GuardrailEntry[]
  readonly inspection: InspectionSection
  /** Keys of the file and the environment, which detectors of secrets know by their hash. */
  readonly ownKeys?: readonly KeyMark[]
}

export interface GuardrailConfig extends Guardrails {
  readonly source: GuardrailSource
  readonly hashKey: Uint8Array
  /** What becomes of documents of which no text can be read. */
  readonly unreadable: 'allow' | 'deny'
  /** What becomes of pictures, sound and video. */
  readonly media: 'allow' | 'deny'
  /** Whether what was redacted by token comes back in arguments of tools. */
  readonly tokensInCalls: 'restore' | 'keep'
  readonly images?: ImageRules
  /** Whether sound of a session may go before its words were looked at. */
  readonly sessions: 'allow' | 'deny'
}

const usualPreset: Preset = 'observe'

/** The preset that guardrails begin with, how many there are with those of the file, and who has another one. */
export function inspectionInUse({ source, all }: Pick<GuardrailConfig, 'source' | 'all'>) {
  const { preset: usual = usualPreset, presets = [] } = source.inspection
  const own = all.filter(({ preset }) => preset === undefined || preset.name === usual)
  const enforced = own.filter(({ state }) => state === 'enforce').length
  return { preset: usual, enforced, shadow: own.length - enforced, presets }
}

type FaultIn = (path: readonly (string | number)[], message: string) => void

export function guardrailConfig(
  source: GuardrailSource,
  environment: NodeJS.ProcessEnv,
  fault: FaultIn,
): GuardrailConfig {
  const { entries } = source
  const {
    preset: usual = usualPreset,
    presets = [],
    onError = 'deny',
    timeoutMs = 5000,
    unreadable = 'deny',
    media = 'allow',
    sessions = 'deny',
    tokensInCalls = 'restore',
    images = {},
  } = source.inspection
  const compiled = new Map<string, CompiledDetector>()
  const all: Guardrail[] = []
  const own = new Set<string>()
  entries.forEach((entry, index) => {
    if (own.has(entry.id)) fault([index, 'id'], `Two guardrails have the id \`${entry.id}\`.`)
    own.add(entry.id)
    const guardrail = compiledGuardrail(entry, compiled, (path, message) => fault([index, ...path], message))
    if (guardrail !== undefined) all.push(guardrail)
  })
  const choice = { usual, presets: presets.map(({ preset, ...callers }) => ({ preset, ...callersOf(callers) })) }
  for (const name of new Set([usual, ...presets.map(({ preset }) => preset)])) {
    const preset = presets.length === 0 ? {} : { preset: { name, choice } }
    for (const entry of presetEntries(name).filter(({ id }) => !own.has(id))) {
      const guardrail = compiledGuardrail(entry, compiled, (_path, message) => fault([], message))
      if (guardrail !== undefined) all.push({ ...guardrail, isUsual: true, ...preset })
    }
  }
  return {
    source,
    all,
    detectors: compiled,
    version: hash('sha256', canonicalJson({ all, onError, unreadable, media, tokensInCalls })).slice(0, 12),
    isFailingOpen: onError === 'allow',
    unreadable,
    media,
    sessions,
    tokensInCalls,
    timeoutMs,
    ...(Object.keys(images).length === 0 ? {} : { images: imageRules(images) }),
    ...(source.ownKeys === undefined ? {} : { ownKeys: source.ownKeys }),
    hashKey: hashKey(environment['PORTCULLIS_MASTER_KEY']),
  }
}

type ImageEntry = Omit<NonNullable<InspectionSection['images']>, 'callers'>

function imageRules({ callers = [], ...usual }: NonNullable<InspectionSection['images']>): ImageRules {
  return {
    usual: imageLimits(usual),
    callers: callers.map((entry) => ({ ...callersOf(entry), limits: imageLimits(entry) })),
  }
}

function imageLimits({ max, maxBytes, maxPixels }: ImageEntry): ImageLimits {
  return {
    ...(max === undefined ? {} : { max }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxPixels === undefined ? {} : { maxPixels }),
  }
}

/** Nothing for one that is off or cannot be. */
function compiledGuardrail(
  entry: GuardrailEntry,
  compiled: Map<string, CompiledDetector>,
  fault: FaultIn,
): Guardrail | undefined {
  const detector = Object.hasOwn(detectors, entry.detector) ? detectors[entry.detector] : undefined
  if (detector === undefined) {
    const near = nearestNames(entry.detector, Object.keys(detectors), 1)[0]
    fault(['detector'], `There is no detector \`${entry.detector}\`${suggestion(near)}`)
    return undefined
  }
  const { state = 'shadow', points = detector.points, exceptions = [], rules, categories } = entry
  for (const point of points) {
    if (!detector.points.includes(point)) fault(['points'], `\`${detector.id}\` does not look at \`${point}\`.`)
  }
  for (const point of inspectionPoints) {
    if (entry.thresholds?.[point] !== undefined && !points.includes(point))
      fault(['thresholds', point], `The guardrail does not look at \`${point}\`.`)
  }
  const settings = readSettings(detector, entry.settings ?? {}, fault)
  const known = rulesOf(detector, settings)
  if (known !== undefined) {
    checkNames(['rules'], rules, known.rules, fault)
    checkNames(['categories'], categories, known.categories, fault)
    for (const [index, exception] of exceptions.entries()) {
      checkNames(['exceptions', index, 'rules'], exception.rules, known.rules, fault)
    }
  }
  const detectorKey = settings === undefined ? undefined : compiledDetector(detector, settings.value, compiled)
  if (entry.answer !== undefined && entry.action !== 'answer')
    fault(['answer'], 'Only a guardrail with `action: answer` says something; leave it out, or change the action.')
  if (entry.duringCall === true && (entry.action === 'redact' || entry.action === 'answer'))
    fault(
      ['duringCall'],
      `What has gone to the provider cannot be changed: leave \`duringCall\` out, or take \`deny\`.`,
    )
  if (state === 'off' || detectorKey === undefined) return undefined
  return {
    id: entry.id,
    detector: detector.id,
    detectorKey,
    ...(detector.findsData === true ? { findsData: true } : {}),
    points,
    state,
    action: entry.action ?? 'deny',
    ...(entry.answer === undefined ? {} : { answer: entry.answer }),
    ...(entry.duringCall === true ? { duringCall: true } : {}),
    ...(entry.files === false ? { passesFiles: true } : {}),
    redaction: entry.redaction ?? 'mask',
    threshold: entry.threshold ?? 0.5,
    ...(entry.thresholds === undefined ? {} : { thresholds: entry.thresholds }),
    ...(rules === undefined ? {} : { rules }),
    ...(categories === undefined ? {} : { categories }),
    scope: { ...scopeOf(entry), ...callerScopeOf(entry) },
    exceptions: exceptions.map(
      (exception): GuardrailException => ({
        ...scopeOf(exception),
        owner: exception.owner,
        expiresAt: Date.parse(exception.expires),
        ...(exception.reason === undefined ? {} : { reason: exception.reason }),
        ...(exception.rules === undefined ? {} : { rules: exception.rules }),
      }),
    ),
  }
}

interface NamesOfDetector {
  readonly rules: readonly string[]
  readonly categories: readonly string[]
}

/** Nothing where the settings are to name them, and have a fault. */
function rulesOf(detector: Detector, settings: { readonly value: unknown } | undefined): NamesOfDetector | undefined {
  if (detector.rulesOf !== undefined && settings === undefined) return undefined
  const rules = detector.rulesOf?.(settings?.value) ?? detector.rules
  return { rules: Object.keys(rules), categories: [...new Set(Object.values(rules).flat())] }
}

/** The more there are, the less it helps to list them. */
const FEW_NAMES = 8

/** Detectors whose rules are those of whoever answers name none. */
function checkNames(
  path: readonly (string | number)[],
  given: readonly string[] | undefined,
  known: readonly string[],
  fault: FaultIn,
): void {
  if (known.length === 0) return
  for (const name of given ?? []) {
    if (known.includes(name)) continue
    const near = nearestNames(name, known, 1)[0]
    const few = near === undefined && known.length <= FEW_NAMES
    const there = `; there is ${known.map((one) => `\`${one}\``).join(', ')}.`
    fault(path, `The detector has no \`${name}\`${few ? there : suggestion(near)}`)
  }
}

function readSettings(detector: Detector, given: unknown, fault: FaultIn): { readonly value: unknown } | undefined {
  const settings = detector.settings.safeParse(given, { reportInput: true })
  if (!settings.success) {
    for (const issue of settings.error.issues) {
      fault(placeOf(issue), settingText(detector, issue))
    }
    return undefined
  }
  checkDestination(detector, settings.data, fault)
  return { value: settings.data }
}

/** Its key. What is made for one guardrail serves others with the same settings. */
function compiledDetector(detector: Detector, settings: unknown, compiled: Map<string, CompiledDetector>): string {
  const key = `${detector.id}:${hash('sha256', canonicalJson(settings ?? null)).slice(0, 12)}`
  if (!compiled.has(key)) compiled.set(key, withSettings(detector, settings, key))
  return key
}

function placeOf({ path }: z.core.$ZodIssue): readonly (string | number)[] {
  return ['settings', ...path.map((step) => (typeof step === 'number' ? step : String(step)))]
}

function settingText(detector: Detector, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((key) => `\`${key}\``).join(', ')
    const [only] = issue.path.length === 0 && issue.keys.length === 1 ? issue.keys : []
    const known = detector.settings instanceof z.ZodObject ? Object.keys(detector.settings.shape) : []
    return `\`${detector.id}\` has no setting ${unknown}${suggestion(only && nearestNames(only, known, 1)[0])}`
  }
  const where = pathText(placeOf(issue))
  // What a setting's own rule says is a sentence of its own.
  return `\`${where}\` of \`${detector.id}\`${issue.code === 'custom' ? `: ${issue.message}` : ` ${ruleText(issue)}`}`
}

/** What can be said of an address without a name server. One that is kept elsewhere is checked when it is used. */
function checkDestination(detector: Detector, settings: unknown, fault: FaultIn): void {
  const destination = detector.destination?.(settings)
  if (destination === undefined || readReference(destination.url) !== undefined) return
  const { url, allowPrivateNetwork } = destination
  try {
    checkTokenUrl(url, { account: detector.id, allowPrivateNetwork, kind: 'remote detector' })
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause
    fault(['settings'], cause.message)
  }
}

export function withSettings(detector: Detector, settings: unknown, key: string): CompiledDetector {
  const { id, points, isHarmlessInPart } = detector
  const localModel = detector.localModel?.(settings)
  const localFile = detector.localFile?.(settings)
  const isAsking = detector.destination !== undefined || localModel !== undefined || localFile !== undefined
  const span = localFile?.span
  const openFrom = span === undefined ? detector.openFrom?.bind(detector) : undefined
  const leaves = detector.leaves?.bind(detector)
  return {
    key,
    id,
    maxSpan: span ?? detector.maxSpan,
    points,
    detect: detectOf(detector, settings),
    ...(openFrom === undefined ? {} : { openFrom }),
    ...(leaves === undefined ? {} : { leaves }),
    ...(isHarmlessInPart === undefined ? {} : { isHarmlessInPart }),
    ...(localModel === undefined ? {} : { localModel }),
    ...(localFile === undefined ? {} : { localFile }),
    ...(isAsking ? { connected: (io) => detector.create(settings, io) } : {}),
  }
}

const withoutSettings = new WeakMap<Detector, Detect>()

/** A reload takes what is there: tables of detectors without settings take tens of milliseconds and megabytes. */
function detectOf(detector: Detector, settings: unknown): Detect {
  if (canonicalJson(settings ?? null) !== '{}') return detector.create(settings)
  const detect = withoutSettings.get(detector) ?? detector.create(settings)
  withoutSettings.set(detector, detect)
  return detect
}

function scopeOf({ models, routes, ...callers }: Pick<GuardrailEntry, 'workspaces' | 'keys' | 'models' | 'routes'>) {
  return {
    ...callersOf(callers),
    ...(models === undefined ? {} : { models }),
    ...(routes === undefined ? {} : { routes }),
  }
}

function callersOf({ workspaces, keys }: Pick<GuardrailEntry, 'workspaces' | 'keys'>) {
  return {
    ...(workspaces === undefined ? {} : { workspaces }),
    ...(keys === undefined ? {} : { keys }),
  }
}

function callerScopeOf({ agents, users, directions }: GuardrailEntry) {
  return {
    ...(agents === undefined ? {} : { agents }),
    ...(users === undefined ? {} : { users }),
    ...(directions === undefined ? {} : { directions }),
  }
}

/** The same for all gateways with a master key; without one, for as long as the configuration is in use. */
function hashKey(masterKey: string | undefined): Uint8Array {
  if (masterKey === undefined || masterKey === '') return randomBytes(32)
  return new Uint8Array(hkdfSync('sha256', masterKey, '', 'portcullis: redaction by hash', 32))
}
