/** Runs our guardrails over what the scan API of Prisma AIRS is asked about. */
import { hash } from 'node:crypto'
import type { Principal } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import type { DetectorIo } from '../../core/inspection/detector-io.ts'
import {
  connectedTo,
  type Guardrail,
  type GuardrailDecision,
  type GuardrailEffect,
  guardrailActions,
  type Judgement,
} from '../../core/inspection/guardrail.ts'
import type { DetectorWatch } from '../../gateway/inspection/detector-watch.ts'
import { createInspector, type Inspector } from '../../gateway/inspection/inspector.ts'
import { createRedactor, type Edit } from '../../gateway/inspection/redactor.ts'
import type { Place, WireText } from '../../gateway/inspection/wire-texts.ts'
import { guardrailPolicy } from '../../policy/guardrails/judge.ts'
import type { Resolver } from '../../registry/resolve-model.ts'
import type { CompiledConfig } from '../config/compile.ts'
import { type GuardrailConfig, guardrailConfig } from '../config/compile-guardrails.ts'
import { guardedModels } from '../inspection/guarded-models.ts'
import type { Content, ScanRequest } from './scan-request.ts'

export type Scanner = (asked: AskedScan) => Promise<Scan>

export interface AskedScan {
  /** Of what is decided. */
  readonly id: string
  readonly request: ScanRequest
  readonly principal: Pick<Principal, 'workspace' | 'key'>
}

export type Side = 'prompt' | 'response' | 'tool-input' | 'tool-output'

export interface ScannedText {
  readonly side: Side
  /** A prompt or a response itself: what is said of it may hold a masked form of it. */
  readonly isMain: boolean
  readonly text: string
  readonly judgements: readonly Judgement[]
  /** What a policy that redacts writes anew. */
  readonly edits: readonly Edit[]
}

export interface Scan {
  readonly profile: Profile
  readonly effect: GuardrailEffect
  readonly texts: readonly ScannedText[]
  readonly decisions: readonly GuardrailDecision[]
  /** Those that looked. */
  readonly guardrails: readonly Guardrail[]
}

/** A set of guardrails by name: a preset, or `configured` for those of the gateway. */
export interface Profile {
  readonly name: string
  readonly id: string
}

const profileNames = ['observe', 'balanced', 'strict', 'regulated', 'configured'] as const
type ProfileName = (typeof profileNames)[number]

interface ScannerOptions {
  readonly resolver: Pick<Resolver, 'resolve'>
  readonly detectorIo: DetectorIo
  readonly detectorWatch: DetectorWatch
}

/** Sets are compiled when they are first asked for. */
export function createScanner(
  { guardrails: configured, aliases }: Pick<CompiledConfig, 'guardrails' | 'aliases'>,
  { detectorIo, detectorWatch, resolver }: ScannerOptions,
): Scanner {
  const reachesOf = guardedModels(configured.all, { ...resolver, aliases: Object.keys(aliases) })
  const made = new Map<ProfileName, { readonly inspector: Inspector; readonly guardrails: GuardrailConfig }>()

  function inspectorOf(name: ProfileName) {
    const known = made.get(name)
    if (known !== undefined) return known
    const config =
      name === 'configured'
        ? connectedTo(configured, detectorIo)
        : guardrailConfig({ entries: [], inspection: { preset: name } }, {}, () => undefined)
    const { hashKey, ownKeys = [] } = configured
    const guardrails = { ...config, hashKey, ownKeys }
    const inspector = createInspector({
      guardrails,
      policy: guardrailPolicy,
      clock: () => performance.now(),
      watch: detectorWatch,
    })
    const fresh = { inspector, guardrails }
    made.set(name, fresh)
    return fresh
  }

  return async ({ id, request, principal }) => {
    const name = profileIn(request)
    const { inspector, guardrails } = inspectorOf(name)
    const { workspace, key } = principal
    const { ai_model: model } = request.metadata ?? {}
    // Of a request that names no model nobody knows that it is for another one.
    const named = model == null ? {} : { model, reaches: reachesOf?.(model) ?? [] }
    const facts = { workspace, key, ...named, now: Date.now() }
    const active = guardrails.all.filter((guardrail) => guardrailPolicy.applies(guardrail, facts))
    const redactor = createRedactor(guardrails.hashKey)
    const texts: ScannedText[] = []
    const decisions: GuardrailDecision[] = []
    let effect: GuardrailEffect = { kind: 'allow' }
    for (const [index, content] of request.contents.entries()) {
      const asked = textsOf(content, index)
      const conversation = { instructions: [], sources: given(content.context), ...questionOf(content) }
      const seen = await inspector.inspect(
        asked.map(({ wire }) => wire),
        active,
        { id, facts, conversation },
      )
      decisions.push(...seen.decisions)
      if (guardrailActions.indexOf(seen.effect.kind) > guardrailActions.indexOf(effect.kind)) effect = seen.effect
      for (const { wire, side, isMain } of asked) {
        const judgements = seen.texts.find(({ text }) => text === wire)?.judgements ?? []
        const edits = redactor.edits(wire.text, guardrailPolicy.redactedIn(judgements))
        texts.push({ side, isMain, text: wire.text, judgements, edits })
      }
    }
    return { profile: { name, id: profileId(name) }, effect, texts, decisions, guardrails: active }
  }
}

function profileIn({ ai_profile: { profile_name: name, profile_id: id } }: ScanRequest): ProfileName {
  const found = profileNames.find((known) => known === name || known === id || profileId(known) === id)
  if (found !== undefined) return found
  const message = `There is no profile of this name; there are ${profileNames.join(', ')}.`
  throw new GatewayError('invalid_request', message, { param: 'ai_profile' })
}

/** Clients take it for a UUID. The same at every gateway. */
function profileId(name: string): string {
  const digits = hash('sha256', `portcullis profile ${name}`, 'hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

interface AskedText {
  readonly wire: WireText
  readonly side: Side
  readonly isMain: boolean
}

/** All of them: the context too is said to a model. */
function textsOf(content: Content, index: number): readonly AskedText[] {
  const read = (side: Side, point: InspectionPoint, text: string | null | undefined, ...name: string[]): AskedText[] =>
    typeof text === 'string' && text !== ''
      ? [{ wire: { text, point, place: placeOf(['contents', index, ...name]) }, side, isMain: name[0] === side }]
      : []
  const { tool_event: tool } = content
  return [
    ...read('prompt', 'input', content.prompt, 'prompt'),
    ...read('prompt', 'input', content.code_prompt, 'code_prompt'),
    ...read('prompt', 'tool-result', content.context, 'context'),
    ...read('response', 'output', content.response, 'response'),
    ...read('response', 'output', content.code_response, 'code_response'),
    ...read('tool-input', 'tool-call', tool?.input, 'tool_event', 'input'),
    ...read('tool-output', 'tool-result', tool?.output, 'tool_event', 'output'),
  ]
}

function given(text: string | null | undefined): readonly string[] {
  return typeof text === 'string' && text !== '' ? [text] : []
}

function questionOf({ prompt }: Content): { readonly question?: string } {
  return typeof prompt === 'string' ? { question: prompt } : {}
}

function placeOf(steps: readonly (string | number)[]): Place {
  return steps.reduce<Place>((above, step, index) => ({ above, step, depth: index + 1 }), null)
}
