import { extendAddress } from './address-parts.ts'
import { addressesInOtherScripts } from './addresses-in-other-scripts.ts'
import { contextOf, nearness, words } from './context.ts'
import { endsAs } from './ends-as.ts'
import { isWordUnit, type NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'
import { streetBehind, streetEnding, streetInFront } from './street-words.ts'
import { towns } from './towns.ts'

const particles =
  "(?:de la|de los|de las|de l'|de|del|della|delle|dei|di|da|do|dos|das|du|des|d'|d’|la|le|les|las|los|el|l'|l’|van der|van de|van den|van|von der|von|der|den|the|of|and|y|e|am|an der|zum|zur|im|in der|na|ul\\.?)"
const name = `(?:(?:${particles} ?){0,2}\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24}|\\d{1,3}(?:st|nd|rd|th)|(?:N|S|E|W|NE|NW|SE|SW)\\.?)`
const house = '\\d{1,5}(?:[A-Za-z](?![A-Za-z])|[-–/]\\d{1,4}[a-zA-Z]?)?'

const streetOfItsOwn =
  'Stra(?:ß|ss)e|Str\\.|Weg|Allee|Platz|Gasse|Ring|Damm|Ufer|Straat|Laan|Sokak|Sok\\.|Caddesi|Cad\\.|Cd\\.|utca|u\\.|út|tér|krt\\.'

/**
 * In any case. Not as `(?i:…)`: V8 stops to optimize expressions in a process that has many, and then takes alternatives in such
 * a group in the case in which they are written.
 */
const inFront = streetInFront.replaceAll(/\[([^\]]+)\]|\\.|\p{L}/gu, (part, set?: string) => {
  const letters = set ?? part
  return part.startsWith('\\') ? part : `[${letters}${letters.toUpperCase()}]`
})

/** 221B Baker Street; 5, rue de la Paix; 81 Stallstigen 19 Suite 212. */
const numberFirst = [
  new RegExp(
    `${house},? (?!and |y |e |und |et )(?:\\d{1,5} )?(?:${name} ){1,5}?(?:${streetBehind})(?![\\p{L}\\p{N}])\\.?(?: \\d{1,5}\\.?(?=\\s|,|$))?(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)(?![\\p{L}]))?`,
    'uy',
  ),
  new RegExp(
    `\\d{1,5}(?: ?(?:bis|ter|[A-Da-d]))?,? (?:\\d{1,5} )?(?:${inFront})\\.? (?:${name})(?: ${name}){0,4}(?:,? \\d{1,5})?`,
    'uy',
  ),
  new RegExp(
    `${house} (?!and |y |e |und |et )(?:${name} ){0,3}\\p{Lu}[\\p{L}\\p{M}-]{1,24}(?:${streetEnding})(?:,? \\d{1,5})?(?![\\p{L}\\p{N}])`,
    'uy',
  ),
]
const withUnit = new RegExp(
  `${house} (?:\\d{1,5} )?(?:\\p{L}[\\p{L}\\p{M}'’.-]{0,24}[ ,]{1,2}){0,5}(?:\\p{L}[\\p{L}\\p{M}'’.-]{0,24}|\\d{1,5}[A-Za-z]?\\.?)[,\\s]{1,4}(?:Suite|Ste|Apt|Apartment|Unit|Flat)\\.? ?#?\\d{1,5}[A-Za-z]?(?![\\p{L}\\p{N}])`,
  'uy',
)
const unitAhead = /Suite|Ste|Apt|Apartment|Unit|Flat/
/** Everything but capitals: only with a unit, or where the text says that an address follows. */
const small = "(?:[\\p{L}][\\p{L}\\p{M}'’.-]{1,24})"
const withUnitSmall = new RegExp(
  `${house} (?:\\d{1,5} )?(?:${small} ){1,6}(?:\\d{1,5}[a-z]? ?)?[,\\s]{0,4}(?:apt|apartment|suite|ste|unit|flat)\\.? ?#?\\d{1,5}[a-z]?(?![\\p{L}\\p{N}])`,
  'iuy',
)
const smallStreet = new RegExp(
  `${house} (?:${small} ){1,4}?(?:street|st|avenue|ave|road|rd|lane|ln|drive|boulevard|blvd|court|way|place|terrace)(?![\\p{L}\\p{N}])\\.?`,
  'iuy',
)

/**
 * What stands before a house number: Hauptstraße 12, Calle Mayor 15, ul. Piękna 4. `ends` says whether the text in front of the number
 * ends as it has to, read backwards from there: of most numbers nothing else has to be looked at.
 */
const numberLast = [
  {
    ends: `(?:${streetEnding}),? (?:n[ºo°r]\\.? ?)?`,
    street: `(?:${name} ){0,3}\\p{Lu}[\\p{L}\\p{M}-]{1,24}(?:${streetEnding}),? (?:n[ºo°r]\\.? ?)?`,
  },
  {
    ends: `${name},? ?(?:[nN][ºo°r.]{1,2} ?|№ ?|# ?)?`,
    street: `(?:${inFront})\\.? (?:${name})(?: ${name}){0,4},? ?(?:[nN][ºo°r.]{1,2} ?|№ ?|# ?)?`,
  },
  {
    ends: `(?:${streetOfItsOwn})(?: |, )(?:No:? ?|Nr\\.? ?)?`,
    street: `(?:${name} ){1,4}(?:${streetOfItsOwn})(?: |, )(?:No:? ?|Nr\\.? ?)?`,
  },
].map(({ ends, street }) => ({
  ends: new RegExp(`(?<=${ends})`, 'uy'),
  street: new RegExp(`(?:^|[^\\p{L}])(${street})$`, 'u'),
}))
const behindNumber = /(?: ?[a-zA-Z](?![\p{L}\p{N}])|[-–/]\d{1,4}[a-z]?)?(?![\p{L}\p{N}])/uy

/** `37 Parva Domus 6896, Pesconuovo`: a name between numbers, if a town follows. */
const betweenNumbers = new RegExp(`\\d{1,4} (?:${name} ){1,5}\\d{1,5}[A-Za-z]?\\.?(?=,[ \\n]|[ ,]?\\r?\\n)`, 'uy')
/** `salontie 6\n apt. 523` and the like, without capitals. */
const smallEnding = new RegExp(`(?:^|[^\\p{L}])((?:${small} )?\\p{L}[\\p{L}-]{2,24}(?:${streetEnding}),? )$`, 'iu')

const introduces = endsAs(
  /(?:\baddress(?:es)?(?: (?:of|for) [^\n.,;:]{2,40})?(?: is| was|:| to(?: the same)?:?)?|\blives? (?:at|in|on)|\bliving (?:at|on)|\blived at|\bresid(?:es|ing|e) at|\bmov(?:ed|ing) to|\blocated at|\boffice is (?:at|on)|\b(?:ship|shipped|deliver|delivered|send|sent|mail|mailed|post|forward|bring|drive|taxi|cab|uber)(?: (?:it|them|one|this|that|me|us|everything|the \w{2,12}|a \w{2,12}|to be sent))?(?: \w{2,9})? (?:to|at)|\bmeet (?:me|us|you|him|her) (?:at|on)|\bhome (?:is )?at|\bhouse (?:is )?(?:at|on)|\bstay(?:s|ing)? at|\b(?:enter|park|parked) (?:on|at)|\bstore at|\blocation:|\badresse?(?: ist| est)?:?|\bwohn(?:e|t|haft)(?: in(?: der)?)?|\bdirecci[óo]n(?: es)?:?|\bdomicilio:?|\bviv[eo] en|\bhabite(?: au)?|\bdemeurant(?: au)?|\bindirizzo:?|\babit[ao] in|\bresidente in|\bendere[çc]o:?|\bmoro na|\badres:?|\bmieszka(?:m)? (?:przy|na)|\bwoont (?:aan|op)|\badress:?|\bbor p[åa]|\badresim:?|\bc[ií]m:?)[\s:="'-]{1,4}$/iu,
)
const introduced = new RegExp(
  `(?:\\d{1,5} ?[A-Za-z]?[ ,]{1,2})?(?:\\d{1,5} )?${name}(?:,? ${name}){0,5},? \\d{1,5}[A-Za-z]?(?![\\p{L}\\p{N}])|\\d{1,5} (?:\\d{1,5} )?${name}(?: ${name}){1,5}`,
  'uy',
)
const introducedSmall = new RegExp(`\\d{1,5} (?:\\d{1,5} )?(?:${small}[ ,]{1,2}){1,6}\\d{1,5}(?![\\p{L}\\p{N}])`, 'iuy')

const named = words(
  'address\\w*',
  'live[sd]?',
  'living',
  'resid\\w*',
  'ship\\w*',
  'deliver\\w*',
  'send',
  'sent',
  'mail\\w*',
  'located',
  'location',
  'moved?',
  'home',
  'house',
  'office',
  'meet',
  'visit\\w*',
  'street',
  'adresse?',
  'wohn\\w*',
  'direcci[óo]n',
  'domicilio',
  'viv[eo]',
  'habite\\w*',
  'indirizzo',
  'abita',
  'endere[çc]o',
  'mora',
  'adres\\w*',
  'mieszka\\w*',
  'woon\\w*',
  'adress\\w*',
  'bor',
  'postal',
  'taxi',
  'corner',
)

const leading = {
  ends: new RegExp(`(?<=${name}[ ,]{1,2})`, 'uy'),
  names: new RegExp(`(?:^|[\\s"'(])((?:${name}[ ,]{1,2}){1,5})$`, 'u'),
}
const leadingCapitals = {
  ends: /(?<=\p{Lu}[\p{L}\p{M}'’.-]{1,24}[ ,]{1,2})/uy,
  names: /(?:^|[\s"'(])((?:\p{Lu}[\p{L}\p{M}'’.-]{1,24}[ ,]{1,2}){1,5})$/u,
}

const mostGroups = 4000

/** Streets with house numbers, boxes, and towns with their post codes. */
export function addresses(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  let done = -1
  let count = 0
  const isSmall = !/\p{Lu}\p{Ll}/u.test(text.slice(0, 2000))
  for (const { groups } of runs) {
    for (const { start, end } of groups) {
      if (end - start > 6 || start < done || ++count > mostGroups) continue
      const sighting = addressAt(text, start, end, isSmall)
      if (sighting === undefined) continue
      found.push(sighting)
      done = sighting.end
    }
  }
  return [...found, ...boxes(text, runs), ...towns(text, runs, named), ...addressesInOtherScripts(text)]
}

const month =
  /^ ?(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t|tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?![\p{L}])/u

function addressAt(text: string, start: number, end: number, isSmall: boolean): Sighting | undefined {
  if (isPartOfOther(text, start)) return undefined
  if (month.test(text.slice(end, end + 12))) return undefined
  const front = text.slice(Math.max(0, start - 72), start)
  if (end - start <= 5) {
    const isSaid = isIntroduced(front)
    const goesOn = mayGoOn(text, start, end)
    const size = sizeFrom(text, start, goesOn, isSaid)
    if (size > 0) {
      const outer = isSaid ? 0 : introducedNames(leading, text, start, front).length
      return finish(text, start - outer, start + size, isSaid ? 0.74 : 0.8, isSaid || outer > 0, isSmall)
    }
    for (const { ends, street: pattern } of mayEndAsStreet(text, start) ? numberLast : none) {
      ends.lastIndex = start
      const street = ends.test(text) ? pattern.exec(front.slice(-60))?.[1] : undefined
      if (street === undefined) continue
      behindNumber.lastIndex = end
      const tail = behindNumber.test(text) ? behindNumber.lastIndex : undefined
      if (tail === undefined) continue
      const outer = outerNumber(front.slice(0, front.length - street.length))
      return finish(
        text,
        start - street.length - outer,
        tail,
        0.8,
        isIntroduced(front.slice(0, front.length - street.length - outer)),
      )
    }
    const between = goesOn ? lengthAt(betweenNumbers, text, start) : 0
    if (between > 0) {
      const guess = finish(text, start, start + between, 0.75, isSaid, isSmall)
      if (guess.end > start + between) return guess
    }
    if (isSmall) {
      const ending = /[\p{L}.],? $/u.test(front.slice(-3))
        ? smallEnding.exec(front.slice(-50))?.[1]?.trimStart()
        : undefined
      if (ending !== undefined) {
        const outer = outerNumber(front.slice(0, front.length - ending.length))
        return finish(text, start - ending.length - outer, end, 0.6, isSaid, true)
      }
      const small = Math.max(lengthAt(withUnitSmall, text, start), lengthAt(smallStreet, text, start))
      if (small > 0) return finish(text, start, start + small, 0.62, isIntroduced(front), true)
    }
  }
  return introducedAt(text, start, front, isSmall)
}

const none: typeof numberLast = []

/** In a word, a price, a path or a decimal. */
function isPartOfOther(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1)
  if (before === 0x2f) return !/(?:^|\s)c\/$/i.test(text.slice(Math.max(0, start - 3), start))
  if (before < 0x80)
    return isWordUnit(before) || before === 0x2e || before === 0x24 || before === 0x25 || before === 0x2d
  return /[\p{L}\p{N}€£]$/u.test(text.slice(Math.max(0, start - 2), start))
}

/** All that begins with the number of a house: a capital, a number or a small word of a street stands behind it. */
const houseAndName = new RegExp(
  `\\d{1,5}(?:[A-Za-z](?![A-Za-z])|[-–/]\\d{1,4}[a-zA-Z]?| ?(?:bis|ter|[A-Da-d]))?,? (?:\\d{1,5} )?(?:\\p{Lu}|\\d{1,3}(?:st|nd|rd|th)|${particles}|${inFront})`,
  'uy',
)
const houseAndUnit = new RegExp(`${house} (?:\\d{1,5} )?\\p{L}`, 'uy')

function mayGoOn(text: string, start: number, end: number): boolean {
  const behind = text.charCodeAt(end)
  if (behind === 0x20 || behind === 0x2c) {
    const next = text.charCodeAt(behind === 0x2c ? end + 2 : end + 1)
    if (!isWordUnit(next) && next < 0x80) return false
  } else if (!isWordUnit(behind) && behind !== 0x2d && behind !== 0x2f && behind !== 0x2013) return false
  return lengthAt(houseAndName, text, start) > 0
}

/** Whether the text in front of a number ends as `numberLast` asks for in one of its ways: with a name, but for blanks and short forms. */
function mayEndAsStreet(text: string, start: number): boolean {
  const last = text.charCodeAt(start - 1)
  if (last !== 0x20) return last >= 0x80 || last === 0x2c || last === 0x27 || last === 0x23 || last === 0x3a
  const before = text.charCodeAt(start - 2)
  if (before === 0x3a) return text[start - 3] === 'o'
  return (
    isWordUnit(before) ||
    before >= 0x80 ||
    before === 0x2e ||
    before === 0x27 ||
    before === 0x2d ||
    before === 0x2c ||
    before === 0x23
  )
}

function sizeFrom(text: string, start: number, goesOn: boolean, isSaid: boolean): number {
  let size = 0
  if (goesOn) for (const pattern of numberFirst) size = Math.max(size, lengthAt(pattern, text, start))
  if (lengthAt(houseAndUnit, text, start) > 0 && unitAhead.test(text.slice(start, start + 110)))
    size = Math.max(size, lengthAt(withUnit, text, start))
  return isSaid ? Math.max(size, lengthAt(introduced, text, start)) : size
}

/** `Meet me at Bruggenweg 77 Halkoaho Street`: what stands between the introduction and the number; empty where nothing is introduced. */
function introducedNames({ ends, names }: typeof leading, text: string, start: number, front: string): string {
  const last = text.charCodeAt(start - 1)
  if (last !== 0x20 && last !== 0x2c) return ''
  ends.lastIndex = start
  const found = ends.test(text) ? names.exec(front)?.[1] : undefined
  return found !== undefined && isIntroduced(front.slice(0, front.length - found.length)) ? found : ''
}

/** `56 ul. Karpacka 69`: a number before a street that has one behind. */
function outerNumber(front: string): number {
  return /(?:^|\s)(\d{1,5} )$/.exec(front)?.[1]?.length ?? 0
}

/** What follows `lives at` or `address:` and has a number. */
function introducedAt(text: string, start: number, front: string, isSmall: boolean): Sighting | undefined {
  const patterns = isSmall ? [introduced, introducedSmall] : [introduced]
  if (isIntroduced(front)) {
    for (const pattern of patterns) {
      const size = lengthAt(pattern, text, start)
      if (size > 0) return finish(text, start, start + size, 0.62, true, isSmall)
    }
    return undefined
  }
  const street = introducedNames(leadingCapitals, text, start, front)
  if (street === '') return undefined
  behindNumber.lastIndex = start + (/^\d+/.exec(text.slice(start, start + 6))?.[0].length ?? 0)
  return behindNumber.test(text) ? finish(text, start - street.length, behindNumber.lastIndex, 0.6, true) : undefined
}

/** The last words of what introduces an address: most numbers stand behind none of them. */
const lastWords = new Set(
  'address addresses is was same at in on to location adresse ist est wohne wohnt wohnhaft der dirección direccion es domicilio vivo vive en habite au demeurant indirizzo abito abita residente endereço endereco na adres mieszka mieszkam przy woont aan op adress bor på pa adresim cím cim'.split(
    ' ',
  ),
)
const lastWord = /(?<=(\p{L}{2,12})[\s:="'-]{1,4})/uy

function isIntroduced(front: string): boolean {
  const last = front.charCodeAt(front.length - 1)
  const mayStandBefore =
    last === 0x20 || last === 0x3a || last === 0x22 || last === 0x27 || last === 0x3d || last === 0x2d || last < 0x20
  if (!mayStandBefore && !(last >= 0x80)) return false
  lastWord.lastIndex = front.length
  const word = lastWord.exec(front)?.[1]
  return word !== undefined && lastWords.has(word.toLowerCase()) && introduces(front)
}

function lengthAt(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex - start : 0
}

function finish(text: string, start: number, core: number, base: number, isSaid: boolean, isSmall = false): Sighting {
  const { end, parts } = extendAddress(text, core, isSmall)
  const near = isSaid ? 0 : nearness(named, contextOf(text, start, core))
  const score = base + Math.min(0.18, parts * 0.07) + (isSaid ? 0.1 : near === undefined ? 0 : 0.06)
  return { rule: 'address', category: 'location', score: Math.min(0.97, score), start, end }
}

const box =
  /(?<![\p{L}\p{N}])(?:P\.? ?O\.? ?Box|Post Office Box|GPO Box|Postfach|B\.?P\.?|Bo[îi]te Postale|Apartado(?: Postal)?(?: de Correos)?|Casella Postale|Caixa Postal|Postbus|Postboks|Box|PSC \d{1,5},? Box|Unit \d{1,5},? Box|CMR \d{1,5},? Box|Skrytka pocztowa|Posta Kutusu|P\.?K\.?)(?: n[º°o]\.?| #|:)? ?(\d{1,6})(?![\p{L}\p{N}])/gu
const military =
  /(?:(?:USS|USNS|USNV|USCGC|USN) [\p{L}]{2,20}|(?:PSC|CMR|Unit) \d{1,5}(?:,? Box \d{1,5})?)[,\s]{1,3}(?:APO|FPO|DPO),? A[AEP] \d{5}(?!\d)/giu

/** In front of the number of a box: the last letter of what names one. */
const mayNameBox = /[xhelsoauPK.](?: n[º°o]\.?| #|:)? ?$/

function boxes(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  const starts = runs.flatMap(({ groups }) => groups.map(({ start }) => start))
  if (
    starts.some((start) => mayNameBox.test(text.slice(Math.max(0, start - 6), start))) &&
    /box|postfach|postale?|apartado|postbus|postboks|BP|PSC|CMR/i.test(text)
  ) {
    for (const match of text.matchAll(box)) {
      if (/^(?:Box|BP|PK)/.test(match[0]) && Number(match[1]) < 100) continue
      const core = match.index + match[0].length
      const { end, parts } = extendAddress(text, core)
      const isPlain = /^(?:Box|B\.?P|P\.?K)/.test(match[0])
      found.push({
        rule: 'address',
        category: 'location',
        score: (isPlain ? 0.42 : 0.8) + Math.min(0.15, parts * 0.08),
        start: match.index,
        end,
      })
    }
  }
  if (starts.some((start) => /a[aep] $/i.test(text.slice(Math.max(0, start - 3), start)))) {
    for (const match of text.matchAll(military)) {
      found.push({
        rule: 'address',
        category: 'location',
        score: 0.92,
        start: match.index,
        end: match.index + match[0].length,
      })
    }
  }
  return found
}
