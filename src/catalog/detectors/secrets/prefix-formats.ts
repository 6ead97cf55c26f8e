import { cloudFormats } from './formats-clouds.ts'
import { codeFormats } from './formats-code.ts'
import { modelFormats } from './formats-models.ts'
import { serviceFormats } from './formats-services.ts'

/** All that their vendors give a beginning of its own. */
export const prefixFormats = [...modelFormats, ...cloudFormats, ...codeFormats, ...serviceFormats]
