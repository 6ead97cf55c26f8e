import {
  type CompiledDetector,
  type Guardrail,
  type Guardrails,
  pointFor,
  type TextPoint,
} from '../../core/inspection/guardrail.ts'
import { joinable } from './joined/joined-texts.ts'

/** Detectors that look at a point. */
export interface Needed {
  readonly own: readonly CompiledDetector[]
  /** Those that ask somebody else. */
  readonly asking: readonly CompiledDetector[]
  /** Those that look at what several texts say together. */
  readonly joinable: readonly CompiledDetector[]
  /** Of these, those that leave something for what stands behind. */
  readonly leaving: readonly CompiledDetector[]
}

/** Worked out once for each list of guardrails: most calls of a configuration have the same. */
export function neededDetectors(
  detectors: Guardrails['detectors'],
): (at: TextPoint, active: readonly Guardrail[]) => Needed {
  const known = new WeakMap<readonly Guardrail[], Map<string, Needed>>()
  return (at, active) => {
    const name = at.also === undefined ? at.point : `${at.point} ${at.also}`
    const before = known.get(active)?.get(name)
    if (before !== undefined) return before
    const needed = neededAt(at, active, detectors)
    known.set(active, (known.get(active) ?? new Map<string, Needed>()).set(name, needed))
    return needed
  }
}

function neededAt(at: TextPoint, active: readonly Guardrail[], detectors: Guardrails['detectors']): Needed {
  const keys = new Set(active.filter((one) => pointFor(one, at) !== undefined).map(({ detectorKey }) => detectorKey))
  const all = Array.from(keys, (key) => detectors.get(key)).filter((detector) => detector !== undefined)
  return {
    own: all.filter(({ connected }) => connected === undefined),
    asking: all.filter(({ connected }) => connected !== undefined),
    joinable: joinable(all),
    leaving: joinable(all).filter(({ leaves }) => leaves !== undefined),
  }
}

const names = new WeakMap<readonly CompiledDetector[], string>()

/** Keys of detectors, as one name. */
export function keysOf(detectors: readonly CompiledDetector[]): string {
  let name = names.get(detectors)
  if (name === undefined) {
    name = detectors.map(({ key }) => key).join(' ')
    names.set(detectors, name)
  }
  return name
}

const ofAnswers = new WeakMap<readonly Guardrail[], readonly Guardrail[]>()

/** Those of a list that look at what a model says. */
export function guardrailsOfAnswers(all: readonly Guardrail[]): readonly Guardrail[] {
  const found =
    ofAnswers.get(all) ?? leftOf(all, ({ points }) => points.includes('output') || points.includes('tool-call'))
  ofAnswers.set(all, found)
  return found
}

/** Those of a list that a test leaves; the list itself where it leaves all of them, so that what is known of it holds. */
export function leftOf(active: readonly Guardrail[], isLeft: (guardrail: Guardrail) => boolean): readonly Guardrail[] {
  const left = active.filter(isLeft)
  return left.length === active.length ? active : left
}
