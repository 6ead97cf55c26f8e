/**
 * What a document in XML says, read once from front to back: no entity is ever expanded, as none may be declared. Text that a
 * program does not show (hidden, white, deleted, a comment) is text all the same.
 */
import { UnreadDocument } from './read-limits.ts'

/** What begins on a line of its own. In files of metadata every field does. */
const blocks: ReadonlySet<string> = new Set(
  'p h br cr tr tc si c v f is row comment text-box list-item table-cell div h1 h2 h3 h4 h5 h6 li td th title'.split(
    ' ',
  ),
)
/** Whose values people write. Any value of a few words is read too. */
const spoken: ReadonlySet<string> = new Set(
  'descr title alt tooltip instr display prompt promptTitle error errorTitle author comment formula href'.split(' '),
)

export function xmlText(bytes: Buffer, isMetadata: boolean): string {
  const xml = decoded(bytes)
  let text = ''
  let at = 0
  while (at < xml.length) {
    const open = xml.indexOf('<', at)
    const end = open < 0 ? xml.length : open
    if (end > at) text += withoutEntities(xml.slice(at, end))
    if (open < 0) break
    const [next, said] = markup(xml, open, isMetadata)
    text += said
    at = next
  }
  return text.replace(/[ \t]*\n\s*/g, '\n').trim()
}

/** What stands at a `<`: where it ends, and what it says. */
function markup(xml: string, open: number, isMetadata: boolean): readonly [number, string] {
  if (xml.startsWith('<!--', open)) {
    const end = xml.indexOf('-->', open + 4)
    if (end < 0) throw broken()
    return [end + 3, `\n${xml.slice(open + 4, end)}\n`]
  }
  if (xml.startsWith('<![CDATA[', open)) {
    const end = xml.indexOf(']]>', open + 9)
    if (end < 0) throw broken()
    return [end + 3, xml.slice(open + 9, end)]
  }
  const end = tagEnd(xml, open)
  const tag = xml.slice(open + 1, end)
  if (tag.startsWith('!')) {
    // Entities of its own: one of a few letters may stand for gigabytes, or for a file.
    if (/[[]|ENTITY/.test(tag)) throw new UnreadDocument('It declares entities of its own.')
    return [end + 1, '']
  }
  if (tag.startsWith('?')) return [end + 1, '']
  const name = /^\/?(?:[^\s:/>]*:)?([^\s/>]*)/.exec(tag)?.[1] ?? ''
  const isOver = tag.startsWith('/') || tag.endsWith('/')
  const line = name === 'tab' ? '\t' : isOver && (isMetadata || blocks.has(name)) ? '\n' : ''
  return [end + 1, spokenIn(tag) + line]
}

/** A `>` within a value does not end a tag. */
function tagEnd(xml: string, open: number): number {
  let quote = ''
  for (let at = open + 1; at < xml.length; at++) {
    const char = xml[at] as string
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '>') return at
    else if (char === '[' && xml[open + 1] === '!') throw new UnreadDocument('It declares entities of its own.')
  }
  throw broken()
}

function spokenIn(tag: string): string {
  if (!tag.includes('=')) return ''
  let text = ''
  for (const { 1: name = '', 2: double, 3: single } of tag.matchAll(attributes)) {
    const value = double ?? single ?? ''
    if (value === '' || name.startsWith('xmlns')) continue
    const isSaid = spoken.has(name.slice(name.indexOf(':') + 1)) || manyWords.test(value) || isLink(name, value)
    if (isSaid) text += `\n${withoutEntities(value)}\n`
  }
  return text
}

const attributes = /([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const manyWords = /\S\s+\S+\s+\S/

/** Where a relation leads outside. */
function isLink(name: string, value: string): boolean {
  return name === 'Target' && /^[a-z][a-z0-9+.-]*:/i.test(value)
}

function withoutEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? all
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** By its first bytes, or what it says of itself. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (first === 0x3c && second === 0) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0 && second === 0x3c) return new TextDecoder('utf-16be').decode(bytes)
  const label =
    /^\uFEFF?<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)/.exec(bytes.toString('latin1', 0, 256))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadDocument('It is written in an encoding that is not read.')
  }
}

function broken(): UnreadDocument {
  return new UnreadDocument('Its XML is broken.')
}
