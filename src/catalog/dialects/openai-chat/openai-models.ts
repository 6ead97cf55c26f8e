/**
 * Values of `reasoning_effort` that a model of OpenAI takes, in order; none where it does not reason, `undefined` for a
 * model that is not OpenAI's. https://platform.openai.com/docs/guides/reasoning and each model's page beside it.
 */
export function effortsOf(model: string): readonly string[] | undefined {
  const name = model.slice(model.lastIndexOf('/') + 1)
  if (/^(gpt-4|gpt-3\.5|chatgpt-)/.test(name) || /^gpt-5[.\d]*-chat/.test(name)) return []
  if (/^(o[134](-|$)|gpt-oss)/.test(name)) return ['low', 'medium', 'high']
  const [, minor, suffix = ''] = /^gpt-5(?:\.(\d+))?(-.*)?$/.exec(name) ?? []
  if (minor === undefined) {
    if (!/^gpt-5(-|$)/.test(name)) return undefined
    if (suffix.startsWith('-pro')) return ['high']
    return suffix.startsWith('-codex') ? ['low', 'medium', 'high'] : ['minimal', 'low', 'medium', 'high']
  }
  if (suffix.startsWith('-pro')) return ['medium', 'high', 'xhigh']
  if (minor === '1')
    return suffix.includes('-max') ? ['low', 'medium', 'high', 'xhigh'] : ['none', 'low', 'medium', 'high']
  const upTo = ['none', 'low', 'medium', 'high', 'xhigh']
  return Number(minor) >= 6 ? [...upTo, 'max'] : upTo
}
