/** Which guardrails look at calls while they are served, and with what. */
import { GatewayError } from '../core/errors.ts'
import { connectedTo, type Guardrail } from '../core/inspection/guardrail.ts'
import type { GuardOptions } from '../gateway/inspection/guard.ts'
import { createInspector } from '../gateway/inspection/inspector.ts'
import { guardrailPolicy } from '../policy/guardrails/judge.ts'
import { presetOf } from '../policy/guardrails/preset-of.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import type { CompiledConfig } from './config/compile.ts'
import { guardedModels, targetsReached } from './inspection/guarded-models.ts'
import type { WireOptions } from './wire-options.ts'

/** Those in shadow judge what is on record, later; what is not on record they judge at once. */
export function guarding(
  { recordSettings, ...config }: CompiledConfig,
  {
    detectorIo,
    readDocument,
    tokenReader,
    approvals,
    detectorWatch,
    resolver: { resolve },
  }: Pick<WireOptions, 'detectorIo' | 'readDocument' | 'tokenReader' | 'approvals' | 'detectorWatch' | 'resolver'>,
): GuardOptions {
  const guardrails = connectedTo(config.guardrails, detectorIo)
  const { all, detectors, version, hashKey, tokensInCalls, unreadable, media, timeoutMs } = guardrails
  // Whoever is asked is asked while the call is there.
  const isAsking = (key: string): boolean => detectors.get(key)?.connected !== undefined
  const enforced = all.filter(({ state, detectorKey }) => state === 'enforce' || isAsking(detectorKey))
  // Nobody who only watches by default pays for it with each call.
  const wanted = all.filter((guardrail) => enforced.includes(guardrail) || guardrail.isUsual !== true)
  const [enforcedOf, wantedOf] = [byPreset(enforced), byPreset(wanted)]
  return {
    inspector: createInspector({
      guardrails,
      policy: guardrailPolicy,
      clock: () => performance.now(),
      watch: detectorWatch,
    }),
    policy: guardrailPolicy,
    detectors,
    policyVersion: version,
    approvals,
    hashKey,
    tokensInCalls,
    readDocument,
    readTokens: (lists, model, body) => tokenReader(lists, targetsReached(model, body, resolve)),
    unreadable,
    media,
    timeoutMs,
    atOnce: (caller) => (recordSettings(caller.workspace).bodies === 'off' ? wantedOf : enforcedOf)(caller),
    reachesOf: guardedModels(all, { resolve, aliases: Object.keys(config.aliases) }),
    routeOf: all.some(isOfRoutes) ? (model) => routeNamed(model, resolve) : () => undefined,
    now: Date.now,
  }
}

/** Without those of presets that are for other callers: one list for each preset, as what is known of a list holds for it. */
function byPreset(all: readonly Guardrail[]): GuardOptions['atOnce'] {
  const choice = all.find(({ preset }) => preset !== undefined)?.preset?.choice
  if (choice === undefined) return () => all
  const listOf = (name: string) => all.filter(({ preset }) => preset === undefined || preset.name === name)
  const names = [choice.usual, ...choice.presets.map(({ preset }) => preset)]
  const lists = new Map(names.map((name) => [name, listOf(name)]))
  return (caller) => lists.get(presetOf(choice, caller)) ?? all
}

/** The same for copies of calls, which go elsewhere. */
export function guardingCopies(
  guard: GuardOptions,
  { guardrails: { all }, aliases }: CompiledConfig,
  { resolve, resolveCall }: Pick<Resolver, 'resolve'> & { readonly resolveCall: Resolver['resolve'] },
): GuardOptions {
  return {
    ...guard,
    // The client has made them for the model that it asks, and not for this one.
    readTokens: () => Promise.resolve(undefined),
    reachesOf: guardedModels(all, { resolve, resolveCall, aliases: Object.keys(aliases) }),
  }
}

function isOfRoutes({ scope, exceptions }: Guardrail): boolean {
  return scope.routes !== undefined || exceptions.some(({ routes }) => routes !== undefined)
}

function routeNamed(model: string, resolve: Resolver['resolve']): string | undefined {
  try {
    return resolve(model).route
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}
