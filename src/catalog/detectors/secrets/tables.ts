import { ruleOf } from './assignments.ts'
import type { FoundSecret } from './finding.ts'
import { placeholderPassword } from './headers.ts'
import { isPlaceholder, isRandom } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Columns of tables in Markdown, CSV and tab-separated text whose heading is a word for a secret. */
const headings =
  'password|passwd|pwd|passwort|contraseña|mot de passe|senha|api_key|api key|apikey|access_token|token|secret'
const mostRows = 100
const longestLine = 600

export const tableTriggers: readonly Trigger[] = headings.split('|').map((keyword) => ({
  keyword,
  look(text, start, end, report) {
    const mark = /^["*`]{0,3}[ \t]{0,20}([|,;\t]|\r?\n|$)/.exec(text.slice(end, end + 26))?.[1]
    if (mark === undefined) return
    const before = text.slice(Math.max(0, start - longestLine), start)
    const head = before.slice(before.lastIndexOf('\n') + 1)
    const separator = '|,;\t'.includes(mark) && mark !== '' ? mark : lastSeparator(head)
    if (separator === undefined || !/^[\w .\-"*`|,;\tÀ-ɏ]*$/.test(head) || !/(?:^|[|,;\t])["*`\s]{0,8}$/.test(head))
      return
    rows(text, end, separator, head.split(separator).length - 1, keyword, report)
  },
}))

function lastSeparator(head: string): string | undefined {
  return /([|,;\t])["*`\s]{0,8}$/.exec(head)?.[1]
}

type Report = (found: FoundSecret) => void

function rows(text: string, from: number, separator: string, column: number, keyword: string, report: Report): void {
  let at = text.indexOf('\n', from) + 1
  for (let row = 0; row < mostRows && at > 0; row++) {
    const next = text.indexOf('\n', at)
    const line = text.slice(at, Math.min(next < 0 ? text.length : next, at + longestLine))
    const cells = line.split(separator)
    const cell = cells[column]
    if (cell === undefined || cells.length < 2 || cell.trim().toLowerCase() === keyword) return
    const value = cell.replace(/^[\s"*`]+|[\s"*`]+$/g, '')
    if (!/^:?-{3,}:?$/.test(value) && isValue(value, keyword)) {
      const start = at + cells.slice(0, column).join(separator).length + (column > 0 ? 1 : 0) + cell.indexOf(value)
      const kind = /pass|pwd|contra|senha/.test(keyword) ? ruleOf.password : ruleOf.key
      report({ ...kind, score: 0.75, start, end: start + value.length, rank: 0 })
    }
    at = next < 0 ? 0 : next + 1
  }
}

function isValue(value: string, keyword: string): boolean {
  if (
    value.length < 5 ||
    value.length > 128 ||
    /\s/.test(value) ||
    isPlaceholder(value) ||
    placeholderPassword.test(value)
  )
    return false
  if (!/pass|pwd|contra|senha/.test(keyword)) return value.length >= 16 && isRandom(value)
  return /[0-9]/.test(value)
    ? /\p{L}/u.test(value) || value.length >= 6
    : /\p{L}[!@#$%^&*+=~]|[!@#$%^&*+=~]\p{L}/u.test(value)
}
