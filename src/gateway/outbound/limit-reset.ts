type Headers = Readonly<Record<string, string>>

const kinds = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const
const maxSeconds = 86_400

/**
 * How long until the limit that is used up is there again, of a provider that says so beside `Retry-After` or in its place: OpenAI and
 * those like it with a duration (`x-ratelimit-reset-tokens: 6m0s`, https://platform.openai.com/docs/guides/rate-limits), Anthropic with
 * a time (`anthropic-ratelimit-tokens-reset`, RFC 3339, https://docs.anthropic.com/en/api/rate-limits). The longest, where several are
 * used up; `undefined`: none is, or it is not said.
 */
export function limitResetSeconds(headers: Headers, nowMs: number): number | undefined {
  let longest: number | undefined
  for (const kind of kinds) {
    const durations = resetOf(headers, `x-ratelimit-remaining-${kind}`, `x-ratelimit-reset-${kind}`, secondsOf)
    const times = resetOf(
      headers,
      `anthropic-ratelimit-${kind}-remaining`,
      `anthropic-ratelimit-${kind}-reset`,
      (text) => secondsUntil(text, nowMs),
    )
    for (const seconds of [durations, times])
      if (seconds !== undefined && (longest === undefined || seconds > longest)) longest = seconds
  }
  return longest === undefined ? undefined : Math.min(maxSeconds, longest)
}

function resetOf(
  headers: Headers,
  remaining: string,
  reset: string,
  read: (text: string) => number | undefined,
): number | undefined {
  const left = headers[remaining]
  const text = headers[reset]
  return text === undefined || left === undefined || Number(left) !== 0 ? undefined : read(text)
}

/** `1s`, `6m0s`, `1h2m3.5s`, `20ms`, and plain seconds. */
function secondsOf(text: string): number | undefined {
  const found = /^(?:(\d{1,5})h)?(?:(\d{1,5})m(?!s))?(?:(\d{1,6}(?:\.\d{1,9})?)s)?(?:(\d{1,9})ms)?$/.exec(text)
  if (found === null || text === '') return /^\d{1,6}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined
  const [, hours = '0', minutes = '0', seconds = '0', milliseconds = '0'] = found
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(milliseconds) / 1000
}

function secondsUntil(text: string, nowMs: number): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000))
}
