import { fromBase64 } from './decode-base64.ts'
import { fromCodes } from './decode-codes.ts'
import { fromLeet, fromReversed, fromRot13, joined } from './disguised-words.ts'
import { folded } from './fold.ts'
import { hiddenCharacters } from './hidden-characters.ts'
import { hiddenText } from './hidden-text.ts'
import { withoutTags } from './inline-tags.ts'
import { scanSigns } from './scan-signs.ts'
import { originalView, type TextView, type TextViewKind } from './text-view.ts'
import { unescaped } from './unescape.ts'
import { wordsApart } from './words-apart.ts'

/** How often something may be hidden in what is hidden, and how many ways to read a text there are in all. */
const maxDepth = 4
const maxViews = 24

/** The ways to read a text, the text as it was written first. `split`: is given those in which single letters stand in a row. */
export function viewsOf(text: string, split: TextView[] = []): readonly TextView[] {
  const original = originalView(text)
  const views: TextView[] = [original]
  let level: readonly Level[] = [{ view: original, undone: none }]
  // In characters of all views. Each view is about as long as the text at most.
  let budget = 12 * text.length + 4096
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const below: Level[] = []
    for (const { view, undone } of level) {
      for (const found of hiddenIn(view, { undone, split })) {
        budget -= found.text.length
        if (views.length >= maxViews || budget < 0) return views
        if (views.some(({ text }) => text === found.text)) continue
        views.push(found)
        below.push({ view: found, undone: undoneBy(found.kind, undone) })
      }
    }
    level = below
  }
  return views
}

interface Level {
  readonly view: TextView
  readonly undone: Undone
}

/**
 * Ways of writing that are not looked for again: twice they are none, in any order, and a text of words that mean something both ways
 * would be read in as many ways as there may be.
 */
type Undone = ReadonlySet<TextViewKind>

const none: Undone = new Set()
const mirrors: Undone = new Set(['rot13', 'reversed'])
const decoded: Undone = new Set(['base64', 'hex', 'binary', 'numbers'])

/** What was decoded is another text. */
function undoneBy(kind: TextViewKind, before: Undone): Undone {
  return decoded.has(kind) ? none : mirrors.has(kind) ? new Set([...before, kind]) : before
}

function hiddenIn(
  view: TextView,
  { undone, split }: { readonly undone: Undone; readonly split: TextView[] },
): readonly TextView[] {
  const signs = scanSigns(view.text)
  if (signs.split.length > 0) split.push(view)
  const found: (TextView | undefined)[] = []
  if (signs.disguises.length > 0) {
    found.push(folded(view, signs.disguises, signs.isMostlyAscii))
    if (signs.hasHidden) found.push(hiddenCharacters(view))
  }
  if (signs.escapes.length > 0) found.push(unescaped(view, signs.escapes))
  if (signs.hasMarkup && view.kind !== 'hidden-text') found.push(hiddenText(view))
  if (signs.tags.length > 0) found.push(withoutTags(view, signs.tags))
  if (signs.chains.length > 0) found.push(wordsApart(view, signs.chains))
  if (signs.hasRuns || signs.hasGroups) found.push(fromBase64(view))
  if (signs.hasCodes) found.push(...fromCodes(view))
  if (signs.rotated.length > 0 && !undone.has('rot13')) found.push(fromRot13(view, signs.rotated))
  if (signs.reversed.length > 0 && !undone.has('reversed')) found.push(fromReversed(view, signs.reversed))
  if (signs.leet.length > 0) found.push(fromLeet(view, signs.leet))
  if (signs.split.length > 0) found.push(joined(view, signs.split))
  return found.filter((one) => one !== undefined)
}
