import { deceitRules } from './deceit-rules.ts'
import { goodsRules } from './goods-rules.ts'
import type { HarmRule } from './harm-rule.ts'
import { hateRules } from './hate-rules.ts'
import { otherLanguageRules } from './other-languages.ts'
import { plainTermRules } from './plain-terms.ts'
import { selfHarmRules } from './self-harm-rules.ts'
import { sexualRules } from './sexual-rules.ts'
import { veiledRules } from './veiled-rules.ts'
import { violenceRules } from './violence-rules.ts'

export const harmRules: readonly HarmRule[] = [
  ...violenceRules,
  ...selfHarmRules,
  ...sexualRules,
  ...hateRules,
  ...goodsRules,
  ...deceitRules,
  ...plainTermRules,
  ...otherLanguageRules,
  ...veiledRules,
]
