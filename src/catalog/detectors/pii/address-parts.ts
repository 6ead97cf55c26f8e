import { postCode, state, unit } from './street-words.ts'

const gap = '(?:,\\s{0,3}|[ \\t]?\\r?\\n[ ,]{0,3}|[ ]{1,2}|\\s-\\s)'
const capital = "\\p{Lu}[\\p{L}\\p{M}'’.-]{1,24}(?![\\p{L}\\d])"
const particle =
  "de|del|de la|la|le|les|el|los|las|of|and|upon|sur|am|an der|im|di|do|da|dos|den|der|the|nad|na|pod|u|v|d'|l'|von|bei"
const parts = {
  unit: new RegExp(
    `${gap}(?:${unit}\\.? ?#?\\d{1,5}[A-Za-z]?|#\\d{1,5}[A-Za-z]?|\\d{1,3}(?:st|nd|rd|th) [Ff]loor|\\d{1,2}[º°ª] ?[A-Za-z]{0,3})(?![\\p{L}\\p{N}])`,
    'iuy',
  ),
  postCode: new RegExp(`${gap}(?:${postCode})`, 'uy'),
  state: new RegExp(`${gap}${state}(?![\\p{L}\\p{N}])`, 'uy'),
  town: new RegExp(
    `${gap}(?:nan(?![\\p{L}])|${capital}(?:[ -](?:(?:${particle})[ -]){0,2}(?:${capital}|[A-Z](?![\\p{L}]))){0,4}(?: \\d{1,2}(?![\\p{L}\\p{N}]))?)`,
    'uy',
  ),
  region: /(?:[ \t]?\r?\n)?,[ ]?(?:[A-Z]{2,3}|\d{2}|nan)(?=[ \t]*(?:\r?\n|,)| [A-Z]{0,2}-?\d{4,6}(?!\d))/uy,
} as const
type Part = keyof typeof parts

const longest = 150

/** Goes on from a street over units, towns, states, post codes and countries; how far, and over how many. */
export function extendAddress(
  text: string,
  core: number,
  isSmall = false,
): { readonly end: number; readonly parts: number } {
  let end = core
  let count = 0
  let towns = 0
  let hasPostCode = false
  for (let step = 0; step < 8; step++) {
    const next = partAt(text, end, towns, hasPostCode)
    if (next === undefined || next.end - core > longest) break
    if (next.part === 'town') towns++
    if (next.part === 'postCode') hasPostCode = true
    end = next.end
    count++
  }
  if (isSmall) {
    smallTown.lastIndex = end
    if (smallTown.test(text) && smallTown.lastIndex - core <= longest)
      return { end: smallTown.lastIndex, parts: count + 1 }
  }
  return { end, parts: count }
}

/** Without capitals, a town is told by the post code behind it. */
const smallTown = /(?:,|[ \t]?\r?\n)[ ,]{0,3}(?:[\p{L}][\p{L}'’.-]{0,24}[ ,\n]{1,3}){1,7}\d{4,6}(?!\d)/uy

function partAt(
  text: string,
  from: number,
  towns: number,
  hasPostCode: boolean,
): { part: Part; end: number } | undefined {
  for (const part of ['unit', 'postCode', 'state', 'region', 'town'] as const) {
    if (part === 'town' && (towns >= 3 || !mayBeTown(text, from))) continue
    if (part === 'postCode' && hasPostCode) continue
    const pattern = parts[part]
    pattern.lastIndex = from
    if (!pattern.test(text)) continue
    const end = part === 'town' ? trimmed(text, from, pattern.lastIndex) : pattern.lastIndex
    if (part !== 'town' || endsWell(text, from, end)) return { part, end }
  }
  return undefined
}

/** A full stop at the end belongs to the sentence. */
function trimmed(text: string, from: number, end: number): number {
  let last = end
  while (last > from && (text[last - 1] === '.' || text[last - 1] === ' ')) last--
  return last
}

const sentenceStarts =
  /^\s*,?\s*(?:I|We|He|She|It|They|You|The|This|That|Please|Thanks?|And|But|My|Our|Your|If|When|Call|Phone|Tel|Email|E-mail|Mobile|Fax|Dear|Hi|Hello|Regards|Best|Sincerely|Who|What|Is|Are|Can|Could|Will|Would|Let|Date|Name|DOB|SSN|Mr|Mrs|Ms|Dr|Contact|Office)(?![\p{L}])/u

function mayBeTown(text: string, from: number): boolean {
  return !sentenceStarts.test(text.slice(from, from + 16))
}

/** Behind a line break it must fill the line, but for a post code. */
function endsWell(text: string, from: number, end: number): boolean {
  if (!/^[ \t]?\r?\n/.test(text.slice(from, from + 3))) return true
  return /^(?:[ \t]*(?:\r?\n|$|,|[.?!](?:\s|$))|[ ,]{1,3}[A-Z]{0,3}[ -]?\d)/.test(text.slice(end, end + 8))
}
