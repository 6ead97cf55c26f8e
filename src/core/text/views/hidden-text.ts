import { type TextView, viewBuilder } from './text-view.ts'

const maxHidden = 20_000
/** Markdown's ways to write a comment: a link that is never used. */
const markdownComment = /^[ \t]{0,3}\[[^\]\n]{0,80}\]:[ \t]{0,8}(?:#|<>)[ \t]{1,8}(["'(])([^\n]{2,4000})/gm
const hidingTag =
  /<([a-zA-Z][a-zA-Z0-9]{0,15})\s[^<>]{0,600}?(?:display\s?:\s?none|visibility\s?:\s?hidden|opacity\s?:\s?0(?![.\d])|font-size\s?:\s?0(?![.\d])|(?:^|[\s;"'])color\s?:\s?(?:white|#fff(?:fff)?\b|transparent)|left\s?:\s?-\d{3,5}px|text-indent\s?:\s?-\d{3,5}|aria-hidden\s?=\s?["']?true|hidden(?=[\s>/=])(?<=\shidden))[^<>]{0,600}>/gi

/** Comments of HTML and Markdown, and elements that a page does not show. */
export function hiddenText(source: TextView): TextView | undefined {
  const { text } = source
  const builder = viewBuilder(source)
  const found: (readonly [number, number])[] = []
  const keep = (from: number, to: number): void => {
    found.push([from, to])
  }
  for (let open = text.indexOf('<!--'); open >= 0; ) {
    const close = text.indexOf('-->', open + 4)
    const end = close < 0 ? text.length : close
    keep(open + 4, Math.min(end, open + 4 + maxHidden))
    open = close < 0 ? -1 : text.indexOf('<!--', close)
  }
  if (text.includes(']:')) {
    for (const match of text.matchAll(markdownComment)) {
      const end = match.index + match[0].length
      keep(end - (match[2] ?? '').length, end)
    }
  }
  let covered = 0
  for (const match of text.matchAll(hidingTag)) {
    const from = match.index + match[0].length
    // What is inside of a hidden element is hidden already.
    if (from < covered) continue
    const inside = text.slice(from, from + maxHidden)
    const close = inside.indexOf(`</${match[1]}`)
    covered = from + (close < 0 ? inside.length : close)
    keep(from, covered)
  }
  found.sort(([a], [b]) => a - b)
  let behind = 0
  for (const [from, to] of found) {
    if (from < behind) continue
    if (!builder.isEmpty()) builder.put('\n', from, from)
    builder.keep(from, to)
    behind = to
  }
  return builder.view('hidden-text')
}
