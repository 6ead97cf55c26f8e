import { beginsAt, type LookAt, standsAlone } from './finding.ts'
import type { ContextRow, FormatRow, InfixRow } from './format.ts'
import { groupsBehind } from './groups.ts'
import { entropyOf, hasMixture, isPlaceholder, isSequence, isWordy, leastEntropy } from './judge.ts'

/** What a keyword makes look. The keyword is compared in the case that it is written in. */
export interface Trigger {
  readonly keyword: string
  readonly look: LookAt
}

export function prefixTriggers([rule, category, starts, body, options = {}]: FormatRow): readonly Trigger[] {
  const pattern = new RegExp(`(?:${body})(?![A-Za-z0-9])`, 'y')
  const begins = options.isWeak ? standsAlone : beginsAt
  // What goes on with `-` or `.` cannot begin behind one: so a text of beginnings only is read once.
  const joins = ['-', '.'].filter((mark) => new RegExp(`\\[[^\\]]*\\${mark}\\]`).test(body))
  return starts.split('|').map((keyword) => ({
    keyword,
    look(text, start, end, report) {
      if (!text.startsWith(keyword, start) || !begins(text, start)) return
      if (joins.includes(text[start - 1] ?? ' ')) return
      pattern.lastIndex = end
      const written = pattern.exec(text)?.[0]
      const groups = written === undefined ? groupsBehind(text, end) : undefined
      const value = groups === undefined ? written : firstOf(pattern, groups.texts)
      if (value === undefined || isPlaceholder(value)) return
      if (options.entropy !== 0) {
        if (entropyOf(value) < (options.entropy ?? leastEntropy(value.length))) return
        if (!hasMixture(value) || isWordy(value)) return
      }
      const sure = options.check?.(keyword + value) ?? (options.isWeak ? 0.8 : 0.95)
      const score = isSequence(value) ? 0.6 : sure
      const from = /^https?:\/\/$/.test(text.slice(Math.max(0, start - 8), start)) ? start - 8 : start
      const last = groups?.endOf(value.length) ?? end + value.length
      report({ rule, category, score, start: from, end: last, rank: 3, literal: keyword.length })
    },
  }))
}

function firstOf(pattern: RegExp, texts: readonly string[]): string | undefined {
  for (const text of texts) {
    pattern.lastIndex = 0
    const value = pattern.exec(text)?.[0]
    if (value !== undefined) return value
  }
  return undefined
}

export function infixTriggers([rule, category, infix, before, after]: InfixRow): readonly Trigger[] {
  // A number with a word before it (`bot123:AA…`) begins where its digits do.
  const border = before.startsWith('[0-9]') ? '[0-9]' : '[A-Za-z0-9]'
  const escaped = infix.replace(/[.+*?^$(){}|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`(?<=(?<!${border})(${before}))${escaped}(${after})(?![A-Za-z0-9])`, 'y')
  return [
    {
      keyword: infix,
      look(text, start, _end, report) {
        if (!text.startsWith(infix, start)) return
        pattern.lastIndex = start
        const match = pattern.exec(text)
        if (match === null) return
        const value = (match[1] ?? '') + (match[2] ?? '')
        if (isPlaceholder(value) || !hasMixture(value) || entropyOf(value) < leastEntropy(value.length)) return
        const from = start - (match[1]?.length ?? 0)
        report({
          rule,
          category,
          score: 0.95,
          start: from,
          end: start + match[0].length,
          rank: 3,
          literal: infix.length,
        })
      },
    },
  ]
}

const windowLength = 160
const candidate = /[A-Za-z0-9_~+/.|!-]{12,200}={0,2}/g
const credentialWord = /key|token|secret|passw|auth|cred|api|bearer|\bpat\b|client\.|bot\./i
const hashWord =
  /(?:sha\d*|hash|commit|checksum|digest|md5|etag|fingerprint|revision|integrity|request.?id|trace.?id|image|version|client.?id|account.?id|tenant.?id|project.?id|tx|address)["']?[\s:=]*["']?$/i

/** Rows of one vendor's name: what stands within 160 characters behind it and has their shape. */
export function contextTriggers(rows: readonly ContextRow[]): readonly Trigger[] {
  const byVendor = new Map<string, { rule: string; category: ContextRow[1]; pattern: RegExp }[]>()
  for (const [rule, category, vendors, body] of rows) {
    for (const vendor of vendors.split('|')) {
      const shapes = byVendor.get(vendor) ?? []
      shapes.push({ rule, category, pattern: new RegExp(`^(?:${body})$`) })
      byVendor.set(vendor, shapes)
    }
  }
  return [...byVendor].map(([vendor, shapes]) => ({
    keyword: vendor,
    look(text, start, end, report) {
      const near = text.slice(start, end + windowLength)
      if (!credentialWord.test(near)) return
      for (const { 0: word, index } of near.matchAll(candidate)) {
        if (index < vendor.length) continue
        const value = word.replace(/[.!|]+$/, '')
        const between = near.slice(0, index)
        if (!credentialWord.test(between) || hashWord.test(between) || /\n\s*\n/.test(between)) continue
        const shape = shapes.find(({ pattern }) => pattern.test(value))
        if (shape === undefined || isPlaceholder(value)) continue
        if (!hasMixture(value) || isWordy(value) || entropyOf(value) < leastEntropy(value.length)) continue
        const { rule, category } = shape
        report({ rule, category, score: 0.85, start: start + index, end: start + index + value.length, rank: 2 })
      }
    },
  }))
}
