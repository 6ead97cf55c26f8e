import { deceitRules } from './deceit-rules.ts'
import { goodsRules } from './goods-rules.ts'
import type { HarmExpression, HarmRule } from './harm-rule.ts'
import { hateRules } from './hate-rules.ts'
import { otherLanguageRules } from './other-languages.ts'
import { plainTermRules } from './plain-terms.ts'
import { selfHarmRules } from './self-harm-rules.ts'
import { sexualRules } from './sexual-rules.ts'
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
]

/** Of these one stands in whatever any of the rules finds. */
export const harmWords: readonly string[] = [...new Set(harmRules.flatMap(({ has }) => has))]

/** Those that their rules have only where a word begins, and not as the middle of one. */
export const beginWords: ReadonlySet<string> = new Set(
  harmWords.filter((word) =>
    harmRules.filter(({ has }) => has.includes(word)).every(({ harm }) => beginsIn(word, harm)),
  ),
)

function beginsIn(word: string, harm: readonly HarmExpression[]): boolean {
  // In languages of Unicode words are put together.
  if (!/^[a-z]/.test(word) || harm.some(({ flags }) => flags.includes('u'))) return false
  const written = harm.map(({ source }) => source.toLowerCase()).join('|')
  let at = written.indexOf(word)
  if (at < 0) return false
  for (; at >= 0; at = written.indexOf(word, at + 1)) if (!/[(|: ]/.test(written[at - 1] ?? ' ')) return false
  return true
}
