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
    const end = closeOf(text, inner, text.slice(open, inner), to)
    if (end > 0) blocks.push({ start: open, end })
    open = text.indexOf('`', end > 0 ? end : inner)
  }
}

/** Behind the same marks in the same paragraph; 0 where there are none. Looks at so much only: a mark may stand at each place. */
function closeOf(text: string, inner: number, marks: string, to: number): number {
  const near = text.slice(inner, Math.min(to, inner + LONGEST_SPAN))
  const blank = near.indexOf('\n\n')
  const paragraph = blank < 0 ? near : near.slice(0, blank)
  let close = paragraph.indexOf(marks)
  while (close >= 0 && text[inner + close + marks.length] === '`') {
    let after = close
    while (paragraph[after] === '`') after++
    close = paragraph.indexOf(marks, after)
  }
  return close < 0 ? 0 : inner + close + marks.length
}

const LONGEST_SPAN = 2000
