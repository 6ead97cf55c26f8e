import type { Span } from '../inspection/detection.ts'

/** Fenced blocks of a text (CommonMark 4.5), in order, and the mark of the one that its end leaves open. */
export interface CodeFences {
  readonly blocks: readonly Span[]
  readonly open?: string
}

/** `open`: the mark of a block in which the text begins. */
export function codeFences(text: string, open?: string): CodeFences {
  if (!text.includes('```') && !text.includes('~~~'))
    return open === undefined ? { blocks: [] } : { blocks: [{ start: 0, end: text.length }], open }
  const blocks: Span[] = []
  let fence = open === undefined ? undefined : { start: 0, mark: open }
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, Math.min(end, start + 200))
    const [, mark = '', rest = ''] = /^ {0,3}(?:[>*-] {0,3}){0,4}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (fence === undefined && mark !== '' && !(mark[0] === '`' && rest.includes('`'))) fence = { start, mark }
    else if (fence !== undefined && mark.startsWith(fence.mark) && rest.trim() === '') {
      blocks.push({ start: fence.start, end })
      fence = undefined
    }
    start = end + 1
  }
  if (fence === undefined) return { blocks }
  return { blocks: [...blocks, { start: fence.start, end: text.length }], open: fence.mark }
}
