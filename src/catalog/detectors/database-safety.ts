import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { wordFinder } from '../../core/text/word-finder.ts'
import { examples } from './database-safety/examples.ts'
import { commands } from './database-safety/nosql.ts'
import type { DatabaseClass } from './database-safety/sql-classes.ts'
import { injections } from './database-safety/sql-injection.ts'
import { beginsAt, startWords } from './database-safety/sql-start.ts'
import { judgeStatement } from './database-safety/sql-statement.ts'
import { maxStatement, sqlReader, statementEnd } from './database-safety/sql-tokens.ts'

const settings = z.strictObject({})

const rules = {
  'sql-read': 'database-read',
  'sql-write': 'database-write',
  'sql-destructive': 'database-destructive',
  'sql-privilege': 'database-privilege',
  'sql-exfiltration': 'database-exfiltration',
  'sql-injection': 'database-injection',
  'nosql-read': 'database-read',
  'nosql-write': 'database-write',
  'nosql-destructive': 'database-destructive',
  'nosql-privilege': 'database-privilege',
  'nosql-exfiltration': 'database-exfiltration',
  'nosql-injection': 'database-injection',
} satisfies Record<`${'sql' | 'nosql'}-${DatabaseClass}`, string>

export default defineDetector({
  id: 'database-safety',
  title: 'Database safety',
  about:
    'Reads SQL of any dialect statement by statement, and commands of MongoDB, Redis, Elasticsearch and others, and says what they do: read, write, destroy, give rights, carry data away, or slip into another statement. Score: how sure it is and how bad it would be; a plain read is 0.2. An UPDATE or DELETE whose WHERE leaves no row out is destructive, also within WITH and in what EXECUTE is given.',
  points: ['tool-call', 'output', 'input', 'tool-result', 'tool-definition', 'artifact'],
  taxonomy: ['LLM05', 'LLM06', 'CWE-89', 'CWE-90', 'CWE-943'],
  rules,
  isHarmlessInPart: true,
  maxSpan: maxStatement,
  // A statement may go on over lines, up to an empty one.
  openFrom: (text) => {
    const least = Math.max(0, text.length - maxStatement)
    return least + statementEnd(text.slice(least))
  },
  settings,
  examples,
  create: () => {
    const findWords = wordFinder([...verbs, ...[...injections, ...commands].flatMap(({ has }) => has)])
    return ({ views }, { point }) => {
      const findings: Finding[] = []
      for (const view of views) {
        if (unreadable.has(view.kind)) continue
        const places: (readonly [place: number, word: string])[] = []
        const words = findWords(view.text, (word, place) => {
          if (verbs.has(word)) places.push([place, word])
        })
        if (places.length > 0) collectStatements(view, places, point === 'tool-call', findings)
        if (words.size > 0) collectFragments(view, words, findings)
      }
      return distinctFindings(findings)
    }
  },
})

/** Ways to read a text that no database has. */
const unreadable: ReadonlySet<string> = new Set(['leet', 'joined', 'words-apart', 'rot13', 'reversed'])

const verbs: ReadonlySet<string> = new Set(startWords)
const codeBefore =
  /(?:```(?:sql|postgres\w{0,6}|mysql|plsql|tsql|sqlite)?[^\n`]{0,10}\n|["'`]|[;:=(]|--[^\n]{0,80}\n|\bquery\b\W{0,4})\s{0,20}$/i

function collectStatements(
  view: TextView,
  places: readonly (readonly [place: number, word: string])[],
  isCall: boolean,
  findings: Finding[],
): void {
  const { text } = view
  const tokensFrom = sqlReader(text)
  let from = 0
  for (const [place, word] of places) {
    if (place < from || !beginsAt(text, place, word)) continue
    const tokens = tokensFrom(place)
    const end = Math.min(tokens.at(-1)?.end ?? place, place + maxStatement)
    const isCode = isCall || codeBefore.test(text.slice(Math.max(0, place - 120), place))
    const judged = judgeStatement(tokens, isCode)
    for (const { class: name, score } of judged) {
      const rule = `sql-${name}` as const
      findings.push({ rule, category: rules[rule], score, span: view.spanOf(place, end) })
    }
    if (judged.length > 0) from = end
  }
}

function collectFragments(view: TextView, words: ReadonlySet<string>, findings: Finding[]): void {
  const isPresent = ({ has }: { readonly has: readonly string[] }) => has.some((word) => words.has(word))
  const collect = (pattern: RegExp, rule: keyof typeof rules, score: number): void => {
    let count = 0
    for (const match of view.text.matchAll(pattern)) {
      if (++count > 100) return
      findings.push({
        rule,
        category: rules[rule],
        score,
        span: view.spanOf(match.index, match.index + match[0].length),
      })
    }
  }
  for (const fragment of injections) if (isPresent(fragment)) collect(fragment.pattern, 'sql-injection', fragment.score)
  for (const command of commands)
    if (isPresent(command)) collect(command.pattern, `nosql-${command.class}`, command.score)
}
