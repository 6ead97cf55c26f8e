import type { GuardrailFacts, PresetChoice } from '../../core/inspection/guardrail.ts'

/** The one preset that is for a caller: the first that names him, or else the usual one. */
export function presetOf(
  { usual, presets }: PresetChoice,
  { workspace, key }: Pick<GuardrailFacts, 'workspace' | 'key'>,
): string {
  const own = presets.find(
    ({ workspaces, keys }) => (workspaces?.includes(workspace) ?? true) && (keys?.includes(key) ?? true),
  )
  return own?.preset ?? usual
}
