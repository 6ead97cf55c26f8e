import type { Span } from '../../../core/inspection/detection.ts'
import { codeFences } from '../../../core/text/code-fences.ts'

/**
 * What Markdown shows as code and no browser reads as HTML: fenced blocks (CommonMark 4.5) and spans of backticks (6.1). In order.
 * `fence`: the mark of a block in which the text begins.
 */
export function codeBlocks(text: string, fence: string | undefined): readonly Span[] {
  if (fence === undefined && !text.includes('`') && !text.includes('~~~')) return []
  const { blocks } = codeFences(text, fence)
  const all: Span[] = []
  let proseFrom = 0
  for (const block of blocks) {
    spansOfCode(text, proseFrom, block.start, all)
    all.push(block)
    proseFrom = block.end
  }
  spansOfCode(text, proseFrom, text.length, all)
  return all
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
