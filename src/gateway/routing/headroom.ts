type Headers = Readonly<Record<string, string>>

/**
 * What is left of a rate limit, from 0 to 1: the scarcest of those that the reply names. OpenAI and those like it:
 * https://platform.openai.com/docs/guides/rate-limits (`x-ratelimit-remaining-requests`), Anthropic:
 * https://docs.anthropic.com/en/api/rate-limits (`anthropic-ratelimit-requests-remaining`).
 */
export function headroomOf(headers: Headers): number | undefined {
  let least: number | undefined
  for (const [remaining, limit] of pairs) {
    const share = shareOf(headers[remaining], headers[limit])
    if (share !== undefined && (least === undefined || share < least)) least = share
  }
  return least
}

const pairs: readonly (readonly [string, string])[] = [
  ...['requests', 'tokens'].map((kind) => [`x-ratelimit-remaining-${kind}`, `x-ratelimit-limit-${kind}`] as const),
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map(
    (kind) => [`anthropic-ratelimit-${kind}-remaining`, `anthropic-ratelimit-${kind}-limit`] as const,
  ),
]

function shareOf(remaining: string | undefined, limit: string | undefined): number | undefined {
  if (remaining === undefined || limit === undefined) return undefined
  const share = Number(remaining) / Number(limit)
  return share >= 0 && share <= 1 ? share : undefined
}
