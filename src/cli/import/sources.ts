import type { Field } from './field.ts'
import type { Source } from './source.ts'
import { bifrost } from './sources/bifrost.ts'
import { helicone } from './sources/helicone.ts'
import { litellm } from './sources/litellm.ts'
import { portkey } from './sources/portkey.ts'

/** In the order in which a file is recognised: keys that only one product has go first. */
export const sources: readonly Source[] = [litellm, helicone, bifrost, portkey]

/** The product whose file this is, by keys that only it has. */
export function sourceOf(root: Field): Source | undefined {
  return root.isMap() ? sources.find(({ isOwn }) => isOwn(root)) : undefined
}
