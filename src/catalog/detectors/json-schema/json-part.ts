import type { Span } from '../../../core/inspection/detection.ts'

/** The first fenced block that says it is JSON or begins like it; without one, the text. */
export function jsonPart(text: string): Span {
  const first = text.trimStart()[0]
  if (first === '{' || first === '[') return { start: 0, end: text.length }
  for (let open = text.indexOf('```'); open >= 0; ) {
    const line = text.indexOf('\n', open)
    if (line < 0) break
    const close = text.indexOf('\n```', line)
    const end = close < 0 ? text.length : close
    const name = text
      .slice(open + 3, line)
      .trim()
      .toLowerCase()
    const begin = /\S/.exec(text.slice(line, Math.min(end, line + 1000)))?.[0]
    if (name === 'json' || (name === '' && (begin === '{' || begin === '['))) return { start: line + 1, end }
    if (close < 0) break
    open = text.indexOf('```', close + 4)
  }
  return { start: 0, end: text.length }
}
