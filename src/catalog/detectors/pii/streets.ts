import { known, meaningOf } from './gazetteer.ts'
import type { Sighting } from './rules.ts'
import { corners, englishTypes, foreignTypes, types } from './street-signs.ts'

const street =
  /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{M}'’.-]{1,24} ){0,2}\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: (?:Street|Avenue|Road|Lane|Drive|Boulevard)|stra(?:ß|ss)e|straat|gatan)(?![\p{L}\p{N}])/gu
const famous =
  /^(?:The )?(?:Wall|Main|High|Sesame|Fleet|Downing|Bourbon|Easy|Back|Middle|Quality|Park|Madison|Fifth|Pennsylvania|Silk|Abbey|Penny|Memory|Fast|Sunset|Hollywood|Ocean|Mulholland|Google|Hard|Open|Service|Country|Dirt|Rail|One|State|Street|Side|Hauptstraße|Hard Disk|Flash|Test|Gap)(?: |$)/
const corner =
  /(?:[Tt]he )?(?:[Cc]orner|[Ii]ntersection|[Jj]unction) of [^,.;\n]{3,60}? (?:and|&) (?:\d{1,5} )?(?:[\p{L}][\p{L}\p{M}'’.-]{0,24} ){0,4}?(?:street|avenue|road|lane|drive|boulevard|st\.?|ave\.?|rd\.?|way|[\p{L}-]{2,24} \d{1,5}|\p{Lu}[\p{L}-]{2,24}(?=[.,;!?\n]|$))(?![\p{L}\p{N}])/giu

const foreign =
  /(?<![\p{L}\p{N}])(?:(?:[Rr]ue|[Cc]alle|[Aa]venida|[Aa]vda\.?|[Uu]l\.|[Rr]ua|Via|[Vv]iale) (?:(?:de la|de los|de|del|du|des|da|do|dos|della|dei|d'|l') ?)?\p{Lu}[\p{L}\p{M}'’-]{2,24}(?: (?:de |del |da |do )?\p{Lu}[\p{L}\p{M}'’-]{2,24}){0,3}|\p{Lu}[\p{L}-]{2,24}(?:vej|gade|gasse|laan|vägen|veien))(?![\p{L}\p{N}])/gu

/** The intersection of technology and biology is no place. */
const isOfStreets =
  /\d|(?:[Ss]treet|[Aa]venue|[Rr]oad|[Ll]ane|[Dd]rive|[Bb]oulevard|\b[Ss]t|\b[Aa]ve|\b[Rr]d)\b|of \p{Lu}.* (?:and|&) \p{Lu}/u

/** Streets that are named without a house, and corners of two. `words`: those of `streetWords` that stand in the text. */
export function streetsWithoutNumbers(text: string, words: ReadonlySet<string>): Sighting[] {
  if (words.size === 0) return []
  const found: Sighting[] = []
  if (englishTypes.some((type) => words.has(type))) {
    for (const match of text.matchAll(street)) {
      if (!famous.test(match[0]) && isNamed(match[0])) found.push(sighting(match, 0.5))
    }
  }
  if (foreignTypes.some((type) => words.has(type))) {
    for (const match of text.matchAll(foreign)) {
      if (!/^Via (?:Appia|Lactea|Dolorosa)|Morgue/.test(match[0])) found.push(sighting(match, 0.62))
    }
  }
  if (corners.some((place) => words.has(place))) {
    for (const match of text.matchAll(corner)) if (isOfStreets.test(match[0])) found.push(sighting(match, 0.92))
  }
  return found
}

/** A street that has the name of somebody or something, and not of a plain word. */
function isNamed(street: string): boolean {
  const words = street.split(' ').filter((word) => !types.includes(word))
  const name = words.at(-1) ?? ''
  const meaning = meaningOf(name)
  return (meaning & (known.common | known.thing)) === 0 && !/^\p{Lu}+$/u.test(name)
}

function sighting(match: RegExpExecArray, score: number): Sighting {
  return { rule: 'address', category: 'location', score, start: match.index, end: match.index + match[0].length }
}
