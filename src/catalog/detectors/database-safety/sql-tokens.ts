export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'comment' | 'hole'
  /** Words in lower case; quoted names and strings without their quotes. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** A word in capitals. */
  readonly isShouted: boolean
}

export const maxStatement = 4096

const token =
  /(?<space>(?:\s|\\[nrt])+)|(?<comment>--[^\n]*|\/\*(?!!)[^*]{0,200}(?:\*(?!\/)[^*]{0,200}){0,20}\*\/|\/\*!?\d{0,6}|\*\/|#[^\n]*)|(?<string>[eEnNxX]?'(?:[^'\\]|\\.|''){0,2000}')|(?<quoted>"(?:[^"\\\n]|\\.|""){0,200}"|`[^`\n]{0,200}`|\[[\w .$-]{1,128}\])|(?<number>0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<hole>\$\d+|\?|[:@]\w{1,60}|\{\{?[^{}\n]{0,60}\}?\}|\$\{[^{}\n]{0,60}\}|%\(?\w{0,40}\)?s)|(?<word>[\p{L}_@#$][\p{L}\p{N}_$#]*)|(?<operator><=>|<>|!=|<=|>=|\|\||&&|::|:=|[-+*/%=<>.,();&|^~!@:])/suy

/** No statement that people write has more. */
const maxTokens = 800

interface Row {
  readonly tokens: readonly SqlToken[]
  /** Where it goes on, had there been room; absent: it is whole. */
  readonly openAt?: number
}

/** Words and signs that no statement ends with, and words that none begins with: an empty line at them is a gap like any other. */
const open =
  /(?:\b(?:select|distinct|from|into|table|database|schema|delete|drop|truncate|update|set|where|and|or|not|on|by|values|join|exists|if|as|to|using)|[,(=<>+.*]|\*\/)$/i
const further =
  /^(?:from|where|into|values|set|using|join|inner|left|right|on|and|or|order|group|having|limit|union|returning|cascade|to)\b/i
/** Longer than each of them, with what ends it. */
const MAX_WORD = 12

/** Where the last statement or the one before it ends, at an empty line; 0: nowhere. */
export function statementEnd(text: string): number {
  const trimmed = text.trimEnd()
  let blank = trimmed.lastIndexOf('\n\n')
  while (blank > 0 && (trimmed.length - blank < MAX_WORD + 2 || goesOn(trimmed, blank, blank + 2)))
    blank = trimmed.lastIndexOf('\n\n', blank - 1)
  return Math.max(0, blank)
}

function goesOn(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - MAX_WORD), from).trimEnd()
  return open.test(before) || further.test(text.slice(to, to + MAX_WORD).trimStart())
}

/**
 * The tokens of one statement: up to a `;`, an empty line, the end of a fence, or what is no SQL. Any dialect. Asked from left to
 * right: of a text with a verb at each second word, each token is read once, and not once for each verb before it.
 */
export function sqlReader(text: string): (start: number) => readonly SqlToken[] {
  // Within a quote a text is cut into other tokens than without, and each kind of quote ends a row elsewhere.
  const rows = new Map<string, readonly Row[]>()
  return (start) => {
    const quote = quoteBefore(text, start)
    const kept = rows.get(quote) ?? none
    const from = kept.findIndex(({ tokens }) => hasStart(tokens, start))
    const row = rowAt(text, { start, quote }, kept[from] ?? empty)
    rows.set(quote, [row, ...kept.filter((_, index) => index !== from)].slice(0, MAX_ROWS))
    return row.tokens
  }
}

const none: readonly Row[] = []
const empty: Row = { tokens: [] }
const MAX_ROWS = 4

/** Whether a token begins there. They stand in order. */
function hasStart(tokens: readonly SqlToken[], start: number): boolean {
  return tokens.find((token) => token.start >= start)?.start === start
}

interface Place {
  readonly start: number
  readonly quote: string
}

function rowAt(text: string, place: Place, before: Row): Row {
  const { start } = place
  const known = before.tokens.findIndex((token) => token.start >= start)
  if (before.tokens[known]?.start !== start) return rowFrom(text, start, [], place)
  if (known === 0) return before
  const rest = before.tokens.slice(known)
  return before.openAt === undefined ? { tokens: rest } : rowFrom(text, before.openAt, rest, place)
}

/** A statement within quotes of a program or of JSON ends with them. Empty: there are none. */
function quoteBefore(text: string, start: number): string {
  const before = text
    .slice(Math.max(0, start - 3), start)
    .trimEnd()
    .at(-1)
  return before === '"' || before === "'" || before === '`' ? before : ''
}

function rowFrom(text: string, from: number, known: readonly SqlToken[], { start, quote }: Place): Row {
  const limit = Math.min(text.length, start + maxStatement)
  const tokens = [...known]
  let at = from
  while (at < limit && tokens.length < maxTokens) {
    if (quote !== '' && text[at] === quote && text[at - 1] !== '\\' && text[at + 1] !== quote) return { tokens }
    token.lastIndex = at
    const match = token.exec(text)
    const groups = match?.groups
    if (match === null || groups === undefined) return { tokens }
    const piece = match[0]
    const end = at + piece.length
    if (groups['space'] !== undefined) {
      if (/\n\s*\n/.test(piece.slice(0, 200)) && !goesOn(text, at, end)) return { tokens }
    } else if (piece === ';' || piece.startsWith('```')) {
      return { tokens }
    } else {
      tokens.push(read(groups, piece, at, end))
    }
    at = end
  }
  return at < text.length ? { tokens, openAt: at } : { tokens }
}

function read(
  groups: Readonly<Record<string, string | undefined>>,
  piece: string,
  start: number,
  end: number,
): SqlToken {
  const common = { start, end, isShouted: groups['word'] !== undefined && piece === piece.toUpperCase() }
  if (groups['word'] !== undefined) return { kind: 'word', text: piece.toLowerCase(), ...common }
  if (groups['string'] !== undefined)
    return { kind: 'string', text: piece.slice(piece.indexOf("'") + 1, -1), ...common }
  if (groups['quoted'] !== undefined) return { kind: 'quoted', text: piece.slice(1, -1).toLowerCase(), ...common }
  if (groups['number'] !== undefined) return { kind: 'number', text: piece, ...common }
  return {
    kind: groups['comment'] !== undefined ? 'comment' : groups['hole'] !== undefined ? 'hole' : 'operator',
    text: piece,
    ...common,
  }
}
