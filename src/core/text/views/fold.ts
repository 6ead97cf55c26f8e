import { confusables } from './confusables.ts'
import { forEachSurrounding, type Places } from './places.ts'
import { type TextView, type ViewBuilder, viewBuilder } from './text-view.ts'

/** Zero-width, bidi, fillers, variation selectors, tags, soft hyphens: nobody sees them. */
export function isInvisible(point: number): boolean {
  if (point < 0x200b) {
    return (
      point === 0xad ||
      point === 0x34f ||
      point === 0x61c ||
      point === 0x115f ||
      point === 0x1160 ||
      point === 0x17b4 ||
      point === 0x17b5 ||
      (point >= 0x180b && point <= 0x180f)
    )
  }
  if (point <= 0x206f) return point <= 0x200f || (point >= 0x202a && point <= 0x202e) || point >= 0x2060
  if (point < 0xfe00) return point === 0x3164
  if (point <= 0xffff) return point <= 0xfe0f || point === 0xfeff || point === 0xffa0
  return point >= 0xe_0000 && point <= 0xe_0fff
}

/** Half of a surrogate pair, U+FFFD, a control, what is for private use or no character at all: a model reads nothing of it within a word. */
export function isNoCharacter(point: number): boolean {
  if (point < 0xa0) return isControl(point)
  if (point < 0xd800) return false
  if (point <= 0xffff) return point < 0xf900 || point >= 0xfff0 || (point >= 0xfdd0 && point <= 0xfdef)
  return (point >= 0x1d173 && point <= 0x1d17a) || (point & 0xfffe) === 0xfffe || point >= 0x4_0000
}

/** Those that blanks and lines are not made of. */
function isControl(point: number): boolean {
  return point < 9 || (point > 13 && point < 32) || (point >= 127 && point < 160 && point !== 133)
}

/** Marks that stand on letters of any script; those that belong to one script (Arabic, Devanagari, …) are letters here. */
export function isLooseMark(point: number): boolean {
  return (
    (point >= 0x300 && point <= 0x36f) ||
    (point >= 0x483 && point <= 0x489) ||
    (point >= 0x1ab0 && point <= 0x1aff) ||
    (point >= 0x1dc0 && point <= 0x1dff) ||
    (point >= 0x20d0 && point <= 0x20ff) ||
    (point >= 0xfe20 && point <= 0xfe2f)
  )
}

/** Unicode in disguise written in plain, with what stands around it. */
export function folded(source: TextView, places: Places, isMostlyAscii: boolean): TextView | undefined {
  const builder = viewBuilder(source)
  const plain: Plain = new Map()
  let differs = false
  forEachSurrounding(source.text, places, (start, end) => {
    if (!builder.isEmpty()) builder.put('\n', start, start)
    if (foldPiece(source.text, start, end, builder, plain, isMostlyAscii)) differs = true
  })
  return differs ? builder.view('folded') : undefined
}

type Plain = Map<number, string>

/** What a word consists of, for the choice whether its letters are in disguise. */
interface Cluster {
  readonly from: number
  to: number
  readonly text: string
  readonly alike: string | undefined
}

function foldPiece(
  text: string,
  start: number,
  end: number,
  builder: ViewBuilder,
  plain: Plain,
  isMostlyAscii: boolean,
): boolean {
  let differs = false
  let kept = start
  let at = start
  while (at < end) {
    const unit = text.charCodeAt(at)
    if (unit < 128 && !isControl(unit)) {
      at++
      continue
    }
    const from = wordStart(text, at, kept)
    const word = readWord(text, from, end, plain)
    at = Math.max(at + 1, word.end)
    const written = word.clusters
    const asLatin = isDisguised(written, isMostlyAscii)
    builder.keep(kept, from)
    kept = at
    let expected = from
    for (const cluster of written) {
      if (cluster.from !== expected) differs = true
      expected = cluster.to
      const shown = (asLatin ? cluster.alike : undefined) ?? cluster.text
      if (shown.length === cluster.to - cluster.from && text.startsWith(shown, cluster.from)) {
        builder.keep(cluster.from, cluster.to)
      } else {
        differs = true
        builder.put(shown, cluster.from, cluster.to)
      }
    }
    if (expected !== at) differs = true
  }
  builder.keep(kept, Math.max(kept, end))
  return differs
}

function wordStart(text: string, at: number, least: number): number {
  let from = at
  while (from > least && at - from < 64 && isAsciiLetter(text.charCodeAt(from - 1))) from--
  return from
}

/** Letters and what nobody sees between them, up to the first other character behind one that is not ASCII. */
function readWord(
  text: string,
  from: number,
  end: number,
  plain: Plain,
): { readonly clusters: readonly Cluster[]; readonly end: number } {
  const clusters: Cluster[] = []
  // No characters, of which the next letter tells whether they part two of one word.
  let gap: { readonly from: number; to: number } | undefined
  const keepGap = (): void => {
    if (gap !== undefined)
      clusters.push({ from: gap.from, to: gap.to, text: text.slice(gap.from, gap.to), alike: undefined })
    gap = undefined
  }
  let at = from
  while (at < end && clusters.length < 256) {
    const point = text.codePointAt(at) ?? 0
    const behind = at + (point > 0xffff ? 2 : 1)
    if (isInvisible(point)) {
      at = behind
      continue
    }
    if (isNoCharacter(point) || (gap !== undefined && isLooseMark(point))) {
      gap ??= { from: at, to: behind }
      gap.to = behind
      at = behind
      continue
    }
    if (isLooseMark(point)) {
      markUp(clusters, text, at, behind)
      at = behind
      continue
    }
    const shown = plainOf(point, plain)
    const isLetter = point < 128 ? isAsciiLetter(point) : !isSpace(point)
    if (point < 128 && !isLetter) break
    const cluster = { from: at, to: behind, text: shown, alike: confusables.get(point) }
    const last = clusters.at(-1)
    // A long word is read in parts.
    if (gap !== undefined && isLetters(last?.text ?? text.charAt(from - 1)) && isLetters(shown)) gap = undefined
    keepGap()
    clusters.push(cluster)
    at = behind
    if (isSpace(point)) break
  }
  keepGap()
  return { clusters, end: at }
}

/** Of any script, with their marks. */
export function isLetters(text: string): boolean {
  return /^[\p{L}\p{M}]/u.test(text)
}

/** A mark that makes one character of a language with the letter before it stays; the others are decoration. */
function markUp(clusters: Cluster[], text: string, at: number, behind: number): void {
  const last = clusters.at(-1)
  if (last === undefined) return
  const composed = (last.text + text.slice(at, behind)).normalize('NFC')
  if (composed.length > last.text.length || last.to !== at) {
    last.to = Math.max(last.to, behind)
    return
  }
  clusters[clusters.length - 1] = { from: last.from, to: behind, text: composed, alike: last.alike }
}

/** A word that mixes ASCII letters with letters of other scripts, or is of such letters only in a text of ASCII letters. */
function isDisguised(clusters: readonly Cluster[], isMostlyAscii: boolean): boolean {
  let ascii = 0
  let alike = 0
  let other = 0
  for (const cluster of clusters) {
    if (cluster.alike !== undefined) alike++
    else if (isAsciiLetter(cluster.text.charCodeAt(0))) ascii++
    else other++
  }
  if (alike === 0) return false
  return ascii > 0 ? true : isMostlyAscii && other === 0 && alike > 1
}

function plainOf(point: number, plain: Plain): string {
  if (point < 128) return String.fromCharCode(point)
  const known = plain.get(point)
  if (known !== undefined) return known
  const made = madePlain(point)
  if (plain.size < 4096) plain.set(point, made)
  return made
}

function madePlain(point: number): string {
  // Letters in squares and circles of emoji, and flags: NFKC leaves them.
  if (point >= 0x1_f150 && point <= 0x1_f169) return String.fromCharCode(point - 0x1_f150 + 65)
  if (point >= 0x1_f170 && point <= 0x1_f189) return String.fromCharCode(point - 0x1_f170 + 65)
  if (point >= 0x1_f1e6 && point <= 0x1_f1ff) return String.fromCharCode(point - 0x1_f1e6 + 65)
  const character = String.fromCodePoint(point)
  const made = character.normalize('NFKC')
  // Some stand for whole phrases (U+FDFA has 18 letters): a view must not outgrow its text.
  return made.length > 4 ? character : made
}

function isAsciiLetter(unit: number): boolean {
  const lower = unit | 32
  return lower >= 97 && lower <= 122
}

function isSpace(point: number): boolean {
  return (
    point === 0xa0 || point === 0x3000 || (point >= 0x2000 && point <= 0x200a) || point === 0x2028 || point === 0x2029
  )
}
