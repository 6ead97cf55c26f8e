interface NamedCallers {
  readonly preset: string
  readonly workspaces?: readonly string[] | undefined
  readonly keys?: readonly string[] | undefined
}

/** Who has which preset, in the order in which they are looked for; `usual`: that of all others. */
export function presetTexts(presets: readonly NamedCallers[], usual?: string): readonly string[] {
  const texts = presets.map(({ preset, workspaces, keys }) => {
    const named = [
      ...(keys === undefined ? [] : [listed('key', keys)]),
      ...(workspaces === undefined ? [] : [listed('workspace', workspaces)]),
    ]
    return `preset ${preset}: for the ${named.join(' in the ')}`
  })
  return texts.length === 0 || usual === undefined ? texts : [...texts, `preset ${usual}: for all others`]
}

function listed(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}
