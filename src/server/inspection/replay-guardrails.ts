import { type DetectorIo, offline } from '../../core/inspection/detector-io.ts'
import {
  connectedTo,
  type DetectorFault,
  type Guardrail,
  type GuardrailEffect,
  type GuardrailFacts,
  isElsewhere,
} from '../../core/inspection/guardrail.ts'
import type { CallDetails } from '../../core/record/call-store.ts'
import type { JsonValue } from '../../core/wire/json.ts'
import { conversationOf } from '../../gateway/inspection/conversation.ts'
import { createInspector, type InspectedTexts } from '../../gateway/inspection/inspector.ts'
import { textsIn } from '../../gateway/inspection/wire-texts.ts'
import { guardrailPolicy } from '../../policy/guardrails/judge.ts'
import type { GuardrailConfig } from '../config/compile-guardrails.ts'
import type { ReachesOf } from './guarded-models.ts'
import { recordedFacts } from './recorded-facts.ts'

/** What guardrails would have done to calls on record. Holds nothing of what they say. */
export interface PolicyReplay {
  readonly policyVersions: { readonly before: string; readonly after: string }
  readonly calls: number
  /** Their bodies are not on record, or were cut. */
  readonly skipped: number
  /** Of the guardrails after the change, and those that it takes away. */
  readonly guardrails: readonly GuardrailChange[]
  /** Of those, the ones that ask somebody elsewhere: they were not run. */
  readonly leftOut: readonly string[]
  /** Of the guardrails, those whose detector could not look at some calls. */
  readonly faults: readonly ReplayFault[]
  /** Calls of which nobody knows what would become of them, as an enforced guardrail could not look; as many as are told. */
  readonly undecided: readonly string[]
  /** By what is enforced. Without the calls that are undecided. */
  readonly effects: { readonly before: EffectCounts; readonly after: EffectCounts }
  /** That would have been treated in another way; the newest first, as many as are told. */
  readonly changed: readonly {
    readonly id: string
    readonly before: Effect
    readonly after: Effect
    readonly guardrail: string | null
  }[]
}

export interface ReplayFault {
  readonly guardrail: string
  readonly fault: DetectorFault
  readonly calls: { readonly before: number; readonly after: number }
}

export type Effect = GuardrailEffect['kind']
export type EffectCounts = Readonly<Record<Effect, number>>

export interface GuardrailChange {
  readonly guardrail: string
  readonly detector: string
  /** `null`: there is none. */
  readonly state: { readonly before: string | null; readonly after: string | null }
  readonly action: string
  /** In which it would have found something, whatever its state. */
  readonly calls: { readonly before: number; readonly after: number }
}

const MAX_CHANGED = 100
/** For the texts of one call. Nobody waits for them. */
const TIMEOUT_MS = 60_000

/** Guardrails, and how the names of models are read beside them. */
export interface ReplayedConfig extends GuardrailConfig {
  readonly reachesOf: ReachesOf | undefined
}

/** Takes calls one after the other. */
export function createPolicyReplay(before: ReplayedConfig, after: ReplayedConfig, io: DetectorIo = offline) {
  const sides = { before: createSide(connectedTo(before, io)), after: createSide(connectedTo(after, io)) }
  const effects = { before: noEffects(), after: noEffects() }
  const changed: PolicyReplay['changed'][number][] = []
  const undecided: string[] = []
  let calls = 0
  let skipped = 0
  return {
    async take(call: CallDetails): Promise<void> {
      calls++
      if (call.input === null || call.inputTruncated) {
        skipped++
        return
      }
      const was = await sides.before.judge(call)
      const is = await sides.after.judge(call)
      if (isByFault(was) || isByFault(is)) {
        if (undecided.length < MAX_CHANGED) undecided.push(call.id)
        return
      }
      effects.before[was.kind]++
      effects.after[is.kind]++
      if (was.kind !== is.kind && changed.length < MAX_CHANGED)
        changed.push({
          id: call.id,
          before: was.kind,
          after: is.kind,
          guardrail: guardrailOf(is) ?? guardrailOf(was) ?? null,
        })
    },
    report: (): PolicyReplay => ({
      policyVersions: { before: before.version, after: after.version },
      calls,
      skipped,
      guardrails: changesOf(before, after, sides),
      // Each configuration has objects of its own for guardrails that both have.
      leftOut: [
        ...new Set(
          [after, before].flatMap((one) => one.all.filter((each) => asksElsewhere(one, each)).map(({ id }) => id)),
        ),
      ],
      faults: faultsOf(sides),
      undecided,
      effects,
      changed,
    }),
  }
}

interface Side {
  readonly found: ReadonlyMap<string, number>
  /** By guardrail and fault. */
  readonly faults: ReadonlyMap<string, number>
  judge(call: CallDetails): Promise<GuardrailEffect>
}

function createSide(guardrails: ReplayedConfig): Side {
  // Whatever a call would give it, or be let pass for: here a fault is only that nobody knows.
  const patient = { ...guardrails, isFailingOpen: false, timeoutMs: TIMEOUT_MS }
  const inspector = createInspector({ guardrails: patient, policy: guardrailPolicy, clock: () => performance.now() })
  // Nobody else is asked about calls that are over.
  const own = guardrails.all.filter((guardrail) => !asksElsewhere(guardrails, guardrail))
  const found = new Map<string, number>()
  const faults = new Map<string, number>()
  return {
    found,
    faults,
    async judge({ id, workspace, key, requestedModel, route, metadata, user, startedAt, input, output }) {
      const labels = { metadata, ...(user === null ? {} : { user }) }
      const facts: GuardrailFacts = {
        workspace,
        key: key ?? '',
        ...recordedFacts(requestedModel ?? undefined, labels),
        reaches: requestedModel === null ? [] : (guardrails.reachesOf?.(requestedModel, input as JsonValue) ?? []),
        ...(route === null ? {} : { route }),
        now: Date.parse(startedAt),
      }
      const active = own.filter((guardrail) => guardrailPolicy.applies(guardrail, facts))
      const asked = textsIn(input as JsonValue, 'input')
      const inbound = await inspector.inspect(asked, active, { id, facts: { ...facts, direction: 'request' } })
      const outbound = await inspector.inspect(textsIn(output as JsonValue, 'output'), active, {
        id,
        facts: { ...facts, direction: 'answer' },
        conversation: conversationOf(asked),
      })
      for (const name of findersIn([inbound, outbound])) found.set(name, (found.get(name) ?? 0) + 1)
      for (const name of faultsIn([inbound, outbound])) faults.set(name, (faults.get(name) ?? 0) + 1)
      return isRefusal(inbound.effect) || outbound.effect.kind === 'allow' ? inbound.effect : outbound.effect
    },
  }
}

/** One of several presets may watch where another one enforces. */
function statesOf(guardrails: readonly Guardrail[] = []): string | null {
  return guardrails.length === 0 ? null : [...new Set(guardrails.map(({ state }) => state))].join(', ')
}

function asksElsewhere({ detectors }: GuardrailConfig, { detectorKey }: Guardrail): boolean {
  const detector = detectors.get(detectorKey)
  return detector !== undefined && isElsewhere(detector)
}

function findersIn(sides: readonly InspectedTexts[]): ReadonlySet<string> {
  return new Set(
    sides.flatMap(({ decisions }) =>
      decisions.filter(({ findings }) => findings.length > 0).map(({ guardrail }) => guardrail),
    ),
  )
}

function faultsIn(sides: readonly InspectedTexts[]): ReadonlySet<string> {
  return new Set(
    sides.flatMap(({ decisions }) =>
      decisions.flatMap(({ guardrail, fault }) => (fault === undefined ? [] : [`${fault} ${guardrail}`])),
    ),
  )
}

function faultsOf({ before, after }: { readonly before: Side; readonly after: Side }): readonly ReplayFault[] {
  return Array.from(new Set([...after.faults.keys(), ...before.faults.keys()]), (key) => {
    const [fault = '', ...guardrail] = key.split(' ')
    const calls = { before: before.faults.get(key) ?? 0, after: after.faults.get(key) ?? 0 }
    return { guardrail: guardrail.join(' '), fault: fault as DetectorFault, calls }
  })
}

/** It found nothing, and could not look. */
function isByFault(effect: GuardrailEffect): boolean {
  return 'fault' in effect && effect.fault !== undefined
}

function isRefusal({ kind }: GuardrailEffect): boolean {
  return kind === 'deny' || kind === 'ask' || kind === 'answer'
}

function guardrailOf(effect: GuardrailEffect): string | undefined {
  return 'guardrail' in effect ? effect.guardrail : undefined
}

function noEffects(): Record<Effect, number> {
  return { allow: 0, redact: 0, answer: 0, ask: 0, deny: 0 }
}

function changesOf(
  before: GuardrailConfig,
  after: GuardrailConfig,
  sides: { readonly before: Side; readonly after: Side },
): readonly GuardrailChange[] {
  const ids = new Set([...after.all, ...before.all].map(({ id }) => id))
  return Array.from(ids, (id): GuardrailChange[] => {
    const [was, is] = [before, after].map(({ all }) => all.filter((one) => one.id === id))
    const one = is?.[0] ?? was?.[0]
    if (one === undefined) return []
    return [
      {
        guardrail: id,
        detector: one.detector,
        state: { before: statesOf(was), after: statesOf(is) },
        action: one.action,
        calls: { before: sides.before.found.get(id) ?? 0, after: sides.after.found.get(id) ?? 0 },
      },
    ]
  }).flat()
}
