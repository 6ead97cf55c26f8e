import { neededWords } from '../../../core/text/needed-words.ts'
import { behaviour } from './behaviour.ts'
import { commands } from './commands.ts'
import { insecureInput } from './insecure-input.ts'
import type { InsecureRule } from './insecure-rule.ts'
import { insecureSettings } from './insecure-settings.ts'
import type { MalwareRule } from './malware-rule.ts'
import type { CodePattern } from './pattern.ts'

/** Of programs that do harm. */
export const harmfulCode: readonly CodePattern<MalwareRule>[] = [...commands, ...behaviour].map(withWords)
/** Of those that let others do harm. */
export const insecureCode: readonly CodePattern<InsecureRule>[] = [...insecureInput, ...insecureSettings].map(withWords)

function withWords<Rule extends string>(pattern: CodePattern<Rule>): CodePattern<Rule> {
  const has = pattern.has ?? neededWords(pattern.pattern)
  return has === undefined ? pattern : { ...pattern, has }
}
