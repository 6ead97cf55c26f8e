import type { Source } from './source.ts'
import { bifrost } from './sources/bifrost.ts'
import { helicone } from './sources/helicone.ts'
import { litellm } from './sources/litellm.ts'
import { portkey } from './sources/portkey.ts'

/** In the order in which a file is recognised: keys that only one product has go first. */
export const sources: readonly Source[] = [litellm, helicone, bifrost, portkey]
