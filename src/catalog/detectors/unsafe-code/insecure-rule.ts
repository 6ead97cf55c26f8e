import type { CodePattern } from './pattern.ts'

export type InsecureRule =
  | 'code-injection'
  | 'command-injection'
  | 'sql-concatenation'
  | 'unsafe-deserialization'
  | 'disabled-tls-check'
  | 'weak-cryptography'
  | 'world-writable'
  | 'script-sink'
  | 'path-traversal'
  | 'server-side-request'
  | 'external-entity'
  | 'unsafe-memory'
  | 'unsafe-token'
  | 'template-injection'
  | 'debug-mode'

type Item = readonly [score: number, needs: number, pattern: RegExp, more?: Pick<CodePattern, 'has' | 'and' | 'unless'>]

export function all(rule: InsecureRule, items: readonly Item[]): readonly CodePattern<InsecureRule>[] {
  return items.map(([score, needs, pattern, more]) => ({ rule, score, needs, pattern, ...more }))
}
