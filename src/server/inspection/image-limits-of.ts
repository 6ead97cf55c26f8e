import type { PresetChoice } from '../../core/inspection/guardrail.ts'
import type { ImageLimits, ImageLimitsOf } from '../../gateway/inspection/image-limits.ts'
import { firstFor } from '../../policy/guardrails/preset-of.ts'

/** Limits of images, and whose other ones are. */
export interface ImageRules {
  readonly usual: ImageLimits
  readonly callers: readonly (Pick<PresetChoice['presets'][number], 'workspaces' | 'keys'> & {
    readonly limits: ImageLimits
  })[]
}

export function imageLimitsOf({ usual, callers }: ImageRules): ImageLimitsOf {
  return (caller) => {
    const limits = firstFor(callers, caller)?.limits ?? usual
    return Object.keys(limits).length === 0 ? undefined : limits
  }
}
