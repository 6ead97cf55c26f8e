import type { GuardrailFacts, PresetChoice } from '../../core/inspection/guardrail.ts'

type Caller = Pick<GuardrailFacts, 'workspace' | 'key'>
type Callers = Pick<PresetChoice['presets'][number], 'workspaces' | 'keys'>

/** The one preset that is for a caller: the first that names him, or else the usual one. */
export function presetOf({ usual, presets }: PresetChoice, caller: Caller): string {
  return firstFor(presets, caller)?.preset ?? usual
}

/** Of things that are each for some callers, the first that names one. */
export function firstFor<Thing extends Callers>(
  things: readonly Thing[],
  { workspace, key }: Caller,
): Thing | undefined {
  return things.find(
    ({ workspaces, keys }) => (workspaces?.includes(workspace) ?? true) && (keys?.includes(key) ?? true),
  )
}
