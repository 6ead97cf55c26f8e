import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { wordsIn } from './needed-words/words-in.ts'
import { examples } from './unsafe-code/examples.ts'
import type { InsecureRule } from './unsafe-code/insecure-rule.ts'
import type { MalwareRule } from './unsafe-code/malware-rule.ts'
import type { CodePattern } from './unsafe-code/pattern.ts'
import { harmfulCode, insecureCode } from './unsafe-code/patterns.ts'
import { signsOf } from './unsafe-code/signs.ts'
import { isOrdered, isTalkedAbout } from './unsafe-code/talked-about.ts'

const settings = z.strictObject({
  insecurePatterns: z
    .boolean()
    .default(true)
    .describe(
      'Also patterns that are no attack, but let one in: weak cryptography, TLS without checks, SQL put together from strings.',
    ),
})

const rules = {
  'download-and-run': 'malware',
  'reverse-shell': 'malware',
  'fork-bomb': 'malware',
  'destructive-command': 'destructive',
  'destructive-infrastructure': 'destructive',
  persistence: 'malware',
  ransomware: 'malware',
  keylogger: 'malware',
  'credential-theft': 'malware',
  'file-exfiltration': 'exfiltration',
  'obfuscated-code': 'malware',
  'crypto-miner': 'malware',
  'defense-evasion': 'malware',
  'process-injection': 'malware',
  'web-shell': 'malware',
  'privilege-escalation': 'malware',
  'flood-attack': 'malware',
  'code-injection': 'insecure-code',
  'command-injection': 'insecure-code',
  'sql-concatenation': 'insecure-code',
  'unsafe-deserialization': 'insecure-code',
  'disabled-tls-check': 'insecure-code',
  'weak-cryptography': 'insecure-code',
  'world-writable': 'insecure-code',
  'script-sink': 'insecure-code',
  'path-traversal': 'insecure-code',
  'server-side-request': 'insecure-code',
  'external-entity': 'insecure-code',
  'unsafe-memory': 'insecure-code',
  'unsafe-token': 'insecure-code',
  'template-injection': 'insecure-code',
  'debug-mode': 'insecure-code',
} satisfies Record<MalwareRule | InsecureRule, string>

const maxSpan = 1024
const maxMatches = 100

export default defineDetector({
  id: 'unsafe-code',
  title: 'Malware and insecure code',
  about:
    'Finds commands and programs that do harm: downloads that are run at once, reverse shells, fork bombs, deletion of everything, persistence, ransomware, theft of credentials, hidden code, miners, web shells. Code that lets others do harm has rules of its own with lower scores, by the weaknesses of CWE. What a sentence warns of, asks about or explains counts for half, except for malware and in arguments of tools; where a sentence beside it tells to run it, what does harm counts as a whole.',
  points: ['output', 'tool-call', 'tool-result', 'input', 'tool-definition', 'artifact'],
  taxonomy: [
    'LLM05',
    'LLM06',
    'AML.T0050',
    'CWE-78',
    'CWE-79',
    'CWE-89',
    'CWE-94',
    'CWE-95',
    'CWE-295',
    'CWE-327',
    'CWE-502',
    'CWE-506',
    'CWE-611',
    'CWE-732',
  ],
  rules,
  isHarmlessInPart: true,
  maxSpan,
  openFrom: (text) => {
    const least = Math.max(0, text.length - maxSpan)
    const end = text.slice(least)
    // Patterns end at the end of a line but for a few that go on behind `;` or `&&`: three lines are kept.
    let at = end.length
    for (let line = 0; line < 3 && at > 0; line++) at = end.lastIndexOf('\n', at - 1)
    return least + Math.max(0, at)
  },
  settings,
  examples,
  create: ({ insecurePatterns }) => {
    const patterns: readonly CodePattern<keyof typeof rules>[] = [
      ...harmfulCode,
      ...(insecurePatterns ? insecureCode : []),
    ]
    const signsOfAll = signsAskedBy(patterns)
    const wordless = patterns.filter(({ has }) => has === undefined)
    const signsOfWordless = signsAskedBy(wordless)
    const needed = new Set(patterns.flatMap(({ has = [] }) => has))
    return ({ views }, { point }) => {
      const findings: Finding[] = []
      for (const view of views) {
        if (unreadable.has(view.kind)) continue
        const words = wordsIn(view)
        // Words that only other detectors need are in most prose.
        const isCode = [...words].some((word) => needed.has(word))
        const signs = signsOf(view.text, isCode ? signsOfAll : signsOfWordless)
        for (const pattern of isCode ? patterns : wordless) {
          if ((signs & pattern.needs) !== pattern.needs) continue
          if (pattern.has?.some((word) => words.has(word)) !== false)
            collect(view, pattern, point === 'tool-call', findings)
        }
      }
      return distinctFindings(findings)
    }
  },
})

function signsAskedBy(patterns: readonly CodePattern[]): number {
  return patterns.reduce((asked, { needs }) => asked | needs, 0)
}

/** Ways to read a text that no shell and no compiler has, and that make code of what was none. */
const unreadable: ReadonlySet<string> = new Set(['leet', 'joined', 'words-apart'])

function collect(
  view: TextView,
  searched: CodePattern<keyof typeof rules>,
  isCall: boolean,
  findings: Finding[],
): void {
  const { rule, score, pattern, and, unless } = searched
  const { text } = view
  const isHarm = rules[rule] !== 'insecure-code'
  pattern.lastIndex = 0
  let match = pattern.exec(text)
  if (match === null || and?.some((other) => !other.test(text)) === true) return
  for (let count = 0; match !== null && count < maxMatches; match = pattern.exec(text)) {
    if (unless?.test(match[0]) === true) continue
    count++
    const end = Math.min(pattern.lastIndex, match.index + maxSpan)
    const isWarned =
      !isCall &&
      ((warning.test(text.slice(Math.max(0, match.index - 80), match.index)) &&
        (!isHarm || !isOrdered(text, match.index, end))) ||
        (rules[rule] !== 'malware' && isTalkedAbout(text, match.index, end, isHarm)))
    const span = view.spanOf(match.index, end)
    findings.push({ rule, category: rules[rule], score: isWarned ? score / 2 : score, span })
  }
}

const warning =
  /\b(?:never|don['’]?t|do not|avoid|must not|should not|shouldn['’]t|instead of|dangerous|refrain from|nunca|niemals|jamais|ne pas)\b[^.\n]{0,60}$/i
