import { type Judged, nothing, one } from './sql-classes.ts'
import type { SqlToken } from './sql-tokens.ts'
import { hasWord, isName, isSqlish, wordAt } from './token-queries.ts'

/** Statements that bring rows out of a database, or files into it. */

export function judgeCopy(tokens: readonly SqlToken[]): readonly Judged[] {
  if (wordAt(tokens, 1) === 'into') return judgeCopyInto(tokens)
  const to = tokens.findIndex(({ kind, text }) => kind === 'word' && (text === 'to' || text === 'from'))
  if (to < 2 || !(isName(tokens[1]) || tokens[1]?.text === '(')) return nothing
  const target = tokens[to + 1]
  if (target?.text === 'program') return one('exfiltration', 0.95)
  if (target?.kind === 'string') return tokens[to]?.text === 'to' ? one('exfiltration', 0.8) : one('write', 0.5)
  return /^(?:stdout|stdin)$/.test(target?.text ?? '') ? one('read', 0.2) : nothing
}

/** Of Snowflake and Databricks: into a place outside, or from there into a table. */
function judgeCopyInto(tokens: readonly SqlToken[]): readonly Judged[] {
  const target = tokens[2]
  if (!tokens.some(({ text }) => text === 'from')) return nothing
  if (target?.kind === 'string') return one('exfiltration', 0.8)
  // A stage: `@name`, read as a hole or as a sign before a word.
  if (target?.text.startsWith('@')) return one('exfiltration', 0.6)
  return isName(target) && isSqlish(tokens) ? one('write', 0.5) : nothing
}

/** Of Redshift and Athena. */
export function judgeUnload(tokens: readonly SqlToken[]): readonly Judged[] {
  const to = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'to')
  const isQuery = tokens[2]?.kind === 'string' || wordAt(tokens, 2) === 'select' || wordAt(tokens, 2) === 'with'
  return isQuery && to > 2 && tokens[to + 1]?.kind === 'string' ? one('exfiltration', 0.8) : nothing
}

/** Of BigQuery. */
export function judgeExport(tokens: readonly SqlToken[]): readonly Judged[] {
  const isQuery = wordAt(tokens, 1) === 'data' && hasWord(tokens, /^options$/) && hasWord(tokens, /^select$/)
  return isQuery ? one('exfiltration', 0.8) : nothing
}

export function judgeLoad(tokens: readonly SqlToken[]): readonly Judged[] {
  if (wordAt(tokens, 1) !== 'data' || !hasWord(tokens, /^infile$/)) return nothing
  return one('exfiltration', hasWord(tokens, /^local$/) ? 0.85 : 0.7)
}

export function judgeBackup(tokens: readonly SqlToken[]): readonly Judged[] {
  const isWhole = /^(?:database|log)$/.test(wordAt(tokens, 1) ?? '')
  return isWhole && hasWord(tokens, /^to$/) && isSqlish(tokens) ? one('exfiltration', 0.7) : nothing
}

export function judgeAttach(tokens: readonly SqlToken[]): readonly Judged[] {
  const isFile = hasWord(tokens, /^as$/) && tokens.some(({ kind }) => kind === 'string') && tokens.length < 8
  return isFile ? one('exfiltration', 0.65) : nothing
}
