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

/** True for the models of OpenAI that complete a prompt and take no messages, tuned ones among them: https://platform.openai.com/docs/models */
export function needsCompletions(model: string): boolean {
  return /^(?:ft:)?(?:gpt-3\.5-turbo-instruct|davinci-002|babbage-002)(?:[-:]|$)/.test(model)
}

/**
 * True for the models of OpenAI that are served at `/v1/responses` alone: `ModelIdsResponses` of its OpenAPI description,
 * and all Codex models (https://platform.openai.com/docs/models). It may be a deployment's name, where that says the model.
 */
export function needsResponses(model: string): boolean {
  return /^(?:o[13]-pro|o\d(?:-mini)?-deep-research|computer-use-preview|codex|gpt-5(?:\.\d+)?-(?:pro|codex))(?:-|$)/.test(
    model,
  )
}
