/** What the judges of statements ask of a row of tokens. */
import type { SqlToken } from './sql-tokens.ts'

export function outermost(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0
  return tokens.filter(({ kind, text }) => {
    if (kind === 'operator' && text === '(') return depth++ === 0
    if (kind === 'operator' && text === ')') return --depth === 0
    return depth === 0
  })
}

export function wordAt(tokens: readonly SqlToken[], index: number): string | undefined {
  const token = tokens[index]
  return token?.kind === 'word' ? token.text : undefined
}

export function isName(token: SqlToken | undefined): boolean {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quoted' || token.kind === 'hole')
}

/** Behind `schema.table`. */
export function nameEnd(tokens: readonly SqlToken[], start: number): number | undefined {
  if (!isName(tokens[start])) return undefined
  let end = start + 1
  while (tokens[end]?.text === '.' && isName(tokens[end + 1])) end += 2
  return end
}

export function hasWord(tokens: readonly SqlToken[], word: RegExp): boolean {
  return tokens.some(({ kind, text }) => kind === 'word' && word.test(text))
}

export function hasOperator(tokens: readonly SqlToken[], operator: string): boolean {
  return tokens.some(({ kind, text }) => kind === 'operator' && text === operator)
}

/** Signs that a sentence has not. */
export function isSqlish(tokens: readonly SqlToken[]): boolean {
  return (
    tokens.some(
      ({ kind, text }) =>
        kind === 'hole' || kind === 'quoted' || (kind === 'operator' && /^(?:[*=<>]|<>|!=|<=|>=|\.|@)$/.test(text)),
    ) ||
    (isShouted(tokens[0]) && tokens.length > 3)
  )
}

/** Keywords in capitals, as people write those of SQL. */
export function isShouted(...tokens: readonly (SqlToken | undefined)[]): boolean {
  return tokens.every((token) => token?.isShouted === true)
}
