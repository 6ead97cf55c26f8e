import type { CacheMarker } from '../../../core/model/model-request.ts'
import { given } from '../given.ts'

export interface Marked {
  readonly cache_control?: { readonly ttl?: string | null | undefined } | null | undefined
  readonly prompt_cache_breakpoint?: object | null | undefined
}

/** The cache breakpoint on a message, part or tool, in Anthropic's words or in OpenAI's. */
export function cacheOf({
  cache_control: marker,
  prompt_cache_breakpoint: breakpoint,
}: Marked): CacheMarker | undefined {
  if (marker !== undefined && marker !== null) return given({ ttl: marker.ttl })
  return breakpoint === undefined || breakpoint === null ? undefined : {}
}
