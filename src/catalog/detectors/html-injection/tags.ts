export interface Tag {
  readonly start: number
  readonly end: number
  /** In lower case. */
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

export const maxTag = 2000

/** Tags as a browser reads them, also where they are never closed: the rest of what is looked at is theirs then. */
export function* tagsOf(text: string): Iterable<Tag> {
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', start + 1)) {
    const name = /^<([a-z][a-z0-9:-]{0,30})(?=[\s/>"'=]|$)/i.exec(text.slice(start, start + 33))?.[1]
    if (name === undefined) continue
    const limit = Math.min(text.length, start + maxTag)
    const attributes = new Map<string, string>()
    let at = start + 1 + name.length
    while (at < limit && text[at] !== '>' && text[at] !== '<') {
      const attribute = attributeAt(text, at, limit)
      if (attribute === undefined) {
        at++
        continue
      }
      if (!attributes.has(attribute.name)) attributes.set(attribute.name, attribute.value)
      at = attribute.end
    }
    yield { start, end: Math.min(at + 1, text.length, start + maxTag), name: name.toLowerCase(), attributes }
    start = Math.max(start, at - 1)
  }
}

const attributeName = /[^\s"'<>/=\0]{1,60}/y

function attributeAt(text: string, at: number, limit: number) {
  attributeName.lastIndex = at
  const name = attributeName.exec(text)?.[0]
  if (name === undefined) return undefined
  let end = skipSpace(text, at + name.length, limit)
  if (text[end] !== '=') return { name: name.toLowerCase(), value: '', end: at + name.length }
  end = skipSpace(text, end + 1, limit)
  const quote = text[end]
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, end + 1)
    const stop = close < 0 || close > limit ? limit : close
    return { name: name.toLowerCase(), value: text.slice(end + 1, stop), end: Math.min(stop + 1, limit) }
  }
  const from = end
  while (end < limit && !/[\s>]/.test(text[end] ?? '')) end++
  return { name: name.toLowerCase(), value: text.slice(from, end), end }
}

function skipSpace(text: string, at: number, limit: number): number {
  let end = at
  while (end < limit && text.charCodeAt(end) <= 0x20) end++
  return end
}
