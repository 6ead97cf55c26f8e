/** A block of lines that are code. */
export interface CodeBlock {
  readonly start: number
  readonly end: number
  /** Of the fence, in lower case; absent where there is none. */
  readonly tag?: string
  /** Lines that are not blank. */
  readonly lines: number
  /** Of these, how many are code without doubt. */
  readonly code: number
}

/** What a line looks like. `neutral`: blank, brackets or a comment only, which both code and prose have. */
type LineKind = 'code' | 'neutral' | 'prose'

const fence = /^[ \t>]{0,8}(```+|~~~+)[ \t]*([\w+#.-]{0,20})/
const assignment = /^\s*(?:[\w$]+ )?[\w$@.[\]"'*&-]{1,60} ?(?:[-+*/%|&^]|\|\||&&|\?\?)?:?=(?!=) ?\S/
const call = /^\s*(?:await |return |yield |new |raise |throw )?[\w$.:>-]{2,80}!?\([^)]{0,200}\)?.{0,80}[);,{[(]$/
const declaration =
  /^\s*(?:require ['"]|attr_\w+ |import [\w*{.,"'<]+(?:\.\w+)*;?$|import .+ from |from [\w.]+ import |import [\w.]+(?: as \w+)?$|export |#include\b|#define |#!\/|using [\w.:]+;|namespace [\w.]+|package [\w.]+;?$|def \w+|class \w+\s?[({:<]|class \w+ (?:extends|implements)|function\*? ?\w*\(|(?:async )?def \w+\(|async function|func (?:\(\w+ \*?\w+\) )?\w+\(|fn \w+|pub (?:fn|struct|enum|mod|use)|impl[ <]|struct \w+ ?\{|interface \w+ ?\{|enum \w+ ?\{|(?:public|private|protected|internal) (?:static |final |abstract |async |override |readonly |class |interface |\w+[ <(])|(?:const|let|var|val) [\w{[(]+.*=|fun \w+\(|@[A-Z]\w+|<\?php|\$\w+ ?=|return\b.*[;)\]}]$|return \w+$|else:?$|elif .*:$|try:?$|except\b.*:$|finally:?$|for .*(?:\bin\b.*:|\{)$|while .*[:{]$|if .*[:{]$|with .*:$|end;?$|fi$|done$|esac$|then$|do$|(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (?:TABLE|INDEX|VIEW)|ALTER TABLE|DROP TABLE|LEFT JOIN|INNER JOIN|GROUP BY|ORDER BY|FROM|WHERE|VALUES)\b [^.]*$|(?:sudo|apt(?:-get)?|pip|npm|git|docker|kubectl|cd|export|echo|curl|chmod|mkdir) [\w./"'$-]+.{0,200}$|<\/?[a-zA-Z][\w-]*(?: [\w-]+=.{0,200})?\/?>|<!DOCTYPE)/
/** Indented, of an object or a type. */
const member = /^[ \t]{1,40}['"]?\w+['"]?\??: ?[\w<>[\]|'"., ]{1,80}[;,]?$/
const ending = /(?:;|\{|\}|\}\)|\},|\);|\),|\],|=>|\($|\[|\\)$/
const neutral = /^\s*(?:$|[{}()[\]];?,?|\/\/|\/\*|\*|#(?!#| [A-Z])|--|"""|'''|;|%|<!--)/

/** Blocks of at least `least` lines, fenced or not. */
export function codeBlocks(text: string, least: number): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  walk(text, (block) => {
    if (block.lines >= least) blocks.push(block)
  })
  return blocks
}

/** Where a block begins that the end of the text leaves open, or the last line. */
export function openBlockFrom(text: string): number {
  return walk(text)
}

/** Goes through the lines. Gives where the block begins that is open at the end; the last line where none is. */
function walk(text: string, close?: (block: CodeBlock) => void): number {
  let run: { start: number; end: number; code: number; other: number; neutral: number; gap: number } | undefined
  let fenced: { start: number; mark: string; tag: string; lines: number; code: number } | undefined
  const endRun = (): void => {
    // Lines that both have say nothing: half of the rest has to be code.
    if (run !== undefined && run.code >= 2 && run.code >= run.other) {
      close?.({ start: run.start, end: run.end, lines: run.code + run.other + run.neutral, code: run.code })
    }
    run = undefined
  }
  let at = 0
  let open = 0
  while (at <= text.length) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    // The last line may go on: it closes nothing yet.
    open = fenced?.start ?? run?.start ?? at
    const line = text.slice(at, Math.min(end, at + 400)).trimEnd()
    const mark = line.includes('```') || line.includes('~~~') ? fence.exec(line) : null
    if (fenced !== undefined) {
      if (mark !== null && mark[2] === '' && (mark[1] ?? '').startsWith(fenced.mark)) {
        close?.({ start: fenced.start, end, tag: fenced.tag, lines: fenced.lines, code: fenced.code })
        fenced = undefined
      } else if (line.trim() !== '') {
        fenced.lines += 1
        if (kindOf(line.replace(/^[> ]*>>>/, '')) === 'code') fenced.code += 1
      }
    } else if (mark !== null) {
      endRun()
      fenced = { start: at, mark: mark[1] ?? '```', tag: (mark[2] ?? '').toLowerCase(), lines: 0, code: 0 }
    } else {
      const kind = kindOf(line)
      if (kind === 'code') {
        run ??= { start: at, end, code: 0, other: 0, neutral: 0, gap: 0 }
        run.other += run.gap
        run.code += 1
        run.gap = 0
        run.end = end
      } else if (run !== undefined && kind === 'neutral') {
        if (line.trim() !== '') {
          run.neutral += 1
          run.end = end
        }
      } else if (run !== undefined && ++run.gap > 1) endRun()
    }
    if (next < 0) break
    at = next + 1
  }
  if (fenced !== undefined)
    close?.({ start: fenced.start, end: text.length, tag: fenced.tag, lines: fenced.lines, code: fenced.code })
  endRun()
  return open
}

function kindOf(line: string): LineKind {
  if (line.trim() === '') return 'neutral'
  if (declaration.test(line)) return 'code'
  if (neutral.test(line) || member.test(line)) return 'neutral'
  if (ending.test(line) && !/^[A-Z][^;{}()]*\.;?$/.test(line)) return 'code'
  return assignment.test(line) || call.test(line) ? 'code' : 'prose'
}
