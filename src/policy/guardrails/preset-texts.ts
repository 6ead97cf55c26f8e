import type { PresetEntry } from '../server/config/guardrails-section.ts'

/** Who has which preset in place of the usual one, in the order in which they are looked for. */
export function presetTexts(presets: readonly PresetEntry[]): readonly string[] {
  return presets.map(({ preset, workspaces, keys }) => {
    const named = [
      ...(keys === undefined ? [] : [listed('key', keys)]),
      ...(workspaces === undefined ? [] : [listed('workspace', workspaces)]),
    ]
    return `preset ${preset}: for the ${named.join(' in the ')}`
  })
}

function listed(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}
