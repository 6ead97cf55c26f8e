import { known, meaningOf } from './gazetteer.ts'

export const longestFinding = 256

/** Words in lower case that stand in the middle of names, addresses, dates and addresses of mail that are spelled out. */
const inner = new Set(
  (
    'de del della delle dei di da do dos das du des d la le les las los el van von der den ter ten the of and y e am an zum zur zu im in na bin ibn bint al af av vom op nan upon sur en bei zun ' +
    'rue avenue boulevard place allée impasse chemin quai cours route square passage faubourg calle avenida paseo plaza carretera camino camiño ronda rua praça largo alameda travessa estrada via viale piazza corso vicolo strada ulica ul al plac ulice náměstí třída jalan lorong ' +
    'apt apartment suite ste unit flat room floor bldg building block tower lot office piso puerta depto apto etage wohnung top interno scala lok byt daire kat blok tv th bus box postfach postale postal apartado postbus postboks casella caixa skrytka pocztowa posta kutusu no nr n bis ' +
    'street st road rd lane ln drive court way terrace street, ext extension poste anexo durchwahl x at dot ' +
    'jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october november december'
  ).split(' '),
)
const at = /^[[({<]?(?:at|dot|@|\.)[\])}>]?$/i
const plainWord = /^["'“‘(*_-]{0,3}(\p{Ll}[\p{Ll}'’-]*)[,.:;!?)"'”’…*_-]{0,4}$/u
const easternStop = /[。！？；，、…：]/g
const mostWordsBetween = 9

/**
 * Where the first finding may begin that the end of the text leaves open: behind the last plain word of the language. Names,
 * numbers and what stands in the middle of addresses stay open, and so does the last word.
 */
export function openFrom(text: string): number {
  const least = Math.max(0, text.length - longestFinding)
  const isSmall = !/\p{Lu}\p{Ll}/u.test(text.slice(0, 2000))
  let open = text.length
  let isLast = true
  let follower = ''
  for (let end = skipBlanks(text, text.length, least); end > least; end = skipBlanks(text, open, least)) {
    const start = wordStart(text, end, least)
    const word = text.slice(start, end)
    if (isLast) open = start + behindStop(word)
    if (isLast && open > start) return open
    if (!isLast && !at.test(follower) && isPlain(word) && !(isSmall && hasNumberBefore(text, start, least))) return open
    open = start
    follower = word
    isLast = false
  }
  return Math.max(least, Math.min(open, text.length))
}

function isPlain(word: string): boolean {
  const plain = plainWord.exec(word)?.[1]
  if (plain === undefined || plain.length < 2 || inner.has(plain)) return false
  const meaning = meaningOf(plain)
  return (meaning & known.common) !== 0 && (meaning & (known.first | known.last)) === 0
}

/** In a text without capitals, plain words may stand between a house number and the word for a street. */
function hasNumberBefore(text: string, from: number, least: number): boolean {
  let start = from
  for (let count = 0; count < mostWordsBetween && start > least; count++) {
    const end = skipBlanks(text, start, least)
    start = wordStart(text, end, least)
    if (/\d/.test(text.slice(start, end))) return true
  }
  return false
}

function behindStop(word: string): number {
  let behind = 0
  easternStop.lastIndex = 0
  for (let match = easternStop.exec(word); match !== null; match = easternStop.exec(word)) behind = match.index + 1
  return behind === word.length ? 0 : behind
}

function skipBlanks(text: string, from: number, least: number): number {
  let place = from
  while (place > least && isBlank(text.charCodeAt(place - 1))) place--
  return place
}

function wordStart(text: string, end: number, least: number): number {
  let place = end
  while (place > least && !isBlank(text.charCodeAt(place - 1))) place--
  return place
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0 || unit === 0x3000
}
