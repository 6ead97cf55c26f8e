import type { Span } from '../../../core/detection.ts'

/** What Markdown shows as code and no browser reads as HTML: fenced blocks (CommonMark 4.5) and spans of backticks (6.1). In order. */
export function codeBlocks(text: string): readonly Span[] {
  if (!text.includes('`') && !text.includes('~~~')) return []
  const blocks: Span[] = []
  let fence: { readonly start: number; readonly mark: string; readonly length: number } | undefined
  let proseFrom = 0
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, Math.min(end, start + 200))
    const marks = /^ {0,3}(?:[>*-] {0,3}){0,4}(`{3,}|~{3,})(.*)$/.exec(line)
    const [, mark = '', rest = ''] = marks ?? []
    if (fence === undefined && mark !== '' && !(mark[0] === '`' && rest.includes('`'))) {
      spansOfCode(text, proseFrom, start, blocks)
      fence = { start, mark: mark[0] ?? '', length: mark.length }
    } else if (fence !== undefined && mark[0] === fence.mark && mark.length >= fence.length && rest.trim() === '') {
      blocks.push({ start: fence.start, end })
      proseFrom = end
      fence = undefined
    }
    start = end + 1
  }
  if (fence === undefined) spansOfCode(text, proseFrom, text.length, blocks)
  else blocks.push({ start: fence.start, end: text.length })
  return blocks
}

/** A span ends with as many backticks as it began with, in the same paragraph. */
function spansOfCode(text: string, from: number, to: number, blocks: Span[]): void {
  for (let open = text.indexOf('`', from); open >= 0 && open < to; ) {
    let inner = open
    while (text[inner] === '`') inner++
    const blank = text.indexOf('\n\n', inner)
    const limit = Math.min(to, blank < 0 ? to : blank, inner + 2000)
    const marks = text.slice(open, inner)
    let close = text.indexOf(marks, inner)
    while (close >= 0 && close < limit && text[close + marks.length] === '`') {
      let after = close
      while (text[after] === '`') after++
      close = text.indexOf(marks, after)
    }
    if (close >= 0 && close < limit) blocks.push({ start: open, end: close + marks.length })
    open = text.indexOf('`', close >= 0 && close < limit ? close + marks.length : inner)
  }
}
