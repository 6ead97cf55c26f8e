/** What differs between two policies, in words. Pure. */

import type { Guardrail, GuardrailException, KeptPolicy } from '../../core/inspection/guardrail.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import { presetTexts } from './preset-texts.ts'

export interface PolicyChange {
  /** Absent: of the policy as a whole. */
  readonly guardrail?: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** A sentence. */
  readonly text: string
}

export function policyChanges(before: KeptPolicy, after: KeptPolicy): readonly PolicyChange[] {
  const ids = new Set([...after.guardrails, ...before.guardrails].map(nameOf))
  const ofGuardrails = Array.from(ids, (id): readonly PolicyChange[] => {
    const was = before.guardrails.find((one) => nameOf(one) === id)
    const is = after.guardrails.find((one) => nameOf(one) === id)
    if (is === undefined) return [{ guardrail: id, kind: 'removed', text: `"${id}" is gone.` }]
    if (was === undefined) return [{ guardrail: id, kind: 'added', text: `"${id}" is new: ${describedGuardrail(is)}.` }]
    return aspects
      .flatMap(({ name, of }) => {
        const [from, to] = [of(was), of(is)]
        return from === to ? [] : [changed(id, name, from, to)]
      })
      .concat(was.detectorKey === is.detectorKey ? [] : [settingsChanged(id)])
  })
  const general = (['onError', 'unreadable'] as const).flatMap((name): PolicyChange[] =>
    before[name] === after[name]
      ? []
      : [{ kind: 'changed', text: `\`inspection.${name}\` was ${before[name]}, and is ${after[name]}.` }],
  )
  const [from, to] = [before, after].map((policy) => describedPresets(policy).join('; ') || 'the same for all')
  if (from !== to) general.push({ kind: 'changed', text: `Who has which preset was "${from}", and is "${to}".` })
  return [...ofGuardrails.flat(), ...general]
}

/** Guardrails of several presets have the same ids: those that only some callers have are told with their preset. */
export function nameOf({ id, preset }: Guardrail): string {
  return preset === undefined || preset.name === preset.choice.usual ? id : `${id} (${preset.name})`
}

/** Who has which preset; none: all have the same. */
export function describedPresets({ guardrails }: Pick<KeptPolicy, 'guardrails'>): readonly string[] {
  const choice = guardrails.find(({ preset }) => preset !== undefined)?.preset?.choice
  return choice === undefined ? [] : presetTexts(choice.presets, choice.usual)
}

/** As the end of a sentence: `secrets at input, output: deny in enforce, from a score of 0.5`. */
export function describedGuardrail(guardrail: Guardrail): string {
  const { detector, points, action, state, threshold } = guardrail
  const more = aspects
    .filter(({ isOfAll }) => isOfAll !== true)
    .flatMap(({ name, of }) => ([all, none].includes(of(guardrail)) ? [] : [`${name} ${of(guardrail)}`]))
  return [`${detector} at ${points.join(', ')}: ${action} in ${state}, from a score of ${threshold}`, ...more].join(
    '; ',
  )
}

/** They may hold secrets, so only a hash of them is kept, and shown to nobody. */
function settingsChanged(guardrail: string): PolicyChange {
  return { guardrail, kind: 'changed', text: `"${guardrail}": the settings of the detector are others.` }
}

function changed(guardrail: string, name: string, from: string, to: string): PolicyChange {
  return { guardrail, kind: 'changed', text: `"${guardrail}": ${name} was ${from}, and is ${to}.` }
}

const all = 'all'
const none = 'none'

interface Aspect {
  readonly name: string
  /** Each guardrail has one, which its description begins with. */
  readonly isOfAll?: true
  of(guardrail: Guardrail): string
}

const aspects: readonly Aspect[] = [
  { name: 'the detector', isOfAll: true, of: ({ detector }) => detector },
  { name: 'the state', isOfAll: true, of: ({ state }) => state },
  { name: 'the action', isOfAll: true, of: ({ action }) => action },
  { name: 'the threshold', isOfAll: true, of: ({ threshold }) => String(threshold) },
  { name: 'where it looks', isOfAll: true, of: ({ points }) => [...points].sort().join(', ') },
  {
    name: 'the threshold of single points',
    of: ({ thresholds }) =>
      thresholds === undefined
        ? none
        : Object.entries(thresholds)
            .map(([point, least]) => `${least} at ${point}`)
            .sort()
            .join(', '),
  },
  {
    name: '`files`',
    of: ({ passesFiles }) => (passesFiles === true ? 'false' : none),
  },
  { name: 'the redaction', of: ({ action, redaction }) => (action === 'redact' ? redaction : none) },
  { name: 'the answer', of: ({ answer }) => (answer === undefined ? none : JSON.stringify(answer)) },
  { name: 'the rules', of: ({ rules }) => listed(rules) },
  { name: 'the categories', of: ({ categories }) => listed(categories) },
  ...(['workspaces', 'keys', 'models', 'routes', 'agents', 'users', 'directions'] as const).map(
    (name): Aspect => ({ name: `the scope of ${name}`, of: ({ scope }) => listed(scope[name]) }),
  ),
  {
    name: 'the list of exceptions',
    of: ({ exceptions }) => (exceptions.length === 0 ? none : exceptions.map(describedException).join(', ')),
  },
]

/** `that of ada@example.com until 2027-01-31T00:00:00.000Z for {"keys":["billing"]}`. */
function describedException({ owner, expiresAt, ...more }: GuardrailException): string {
  return `that of ${owner} until ${new Date(expiresAt).toISOString()} for ${canonicalJson(more)}`
}

function listed(names: readonly string[] | undefined): string {
  return names === undefined ? all : [...names].sort().join(', ')
}
