import { tautologyAt } from './dangerous-parts.ts'
import type { SqlToken } from './sql-tokens.ts'
import { hasWord, outermost } from './token-queries.ts'

/** A WHERE or a LIMIT that leaves rows out. */
export function limited(tokens: readonly SqlToken[]): boolean {
  const where = outermost(tokens).findIndex(({ text }) => text === 'where')
  if (where < 0) return hasWord(tokens, /^(?:limit|current|join|using)$/)
  const condition = tokens.slice(tokens.findIndex(({ text }) => text === 'where') + 1)
  if (condition.length === 0) return false
  if (tautologyAt(condition) && hasWord(condition, /^or$/)) return false
  return !parts(condition).every(holdsForAll)
}

/** Between its ANDs. */
function parts(condition: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const all: SqlToken[][] = [[]]
  for (const token of condition) {
    if (token.kind === 'word' && token.text === 'and') all.push([])
    else if (token.text !== '(' && token.text !== ')') all.at(-1)?.push(token)
  }
  return all
}

/** True of each row whatever is in it, or of each that has a key. */
function holdsForAll(part: readonly SqlToken[]): boolean {
  const [left, operator, right, last] = part
  if (part.length === 1) return /^(?:1|true)$/.test(left?.text ?? '')
  if (part.length === 2) return left?.text === 'not' && /^(?:0|false)$/.test(operator?.text ?? '')
  if (part.length === 4) return operator?.text === 'is' && right?.text === 'not' && last?.text === 'null'
  if (part.length !== 3 || left === undefined || right === undefined) return false
  if (left.kind === 'number' && right.kind === 'number')
    return compares(Number(left.text), operator?.text ?? '', Number(right.text))
  if (operator?.text === 'like') return right.kind === 'string' && /^%+$/.test(right.text)
  return /^(?:=|<=>|>=|<=)$/.test(operator?.text ?? '') && left.kind === right.kind && left.text === right.text
}

function compares(left: number, operator: string, right: number): boolean {
  if (operator === '=' || operator === '<=>') return left === right
  if (operator === '<>' || operator === '!=') return left !== right
  if (operator === '<') return left < right
  if (operator === '>') return left > right
  return (operator === '>=' && left >= right) || (operator === '<=' && left <= right)
}
