/** What stands beside the number of a payment card and lets one pay with it: when it expires, and its security code. */
import type { NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

/** Behind a word for it, as `CVV: 123`, `"cvc": "123"`, `cvc2 is 123`. */
const link = '[\\s"\'*_:=#().-]{0,8}(?:(?:is|ist|est|es|è|é|no|nr|number)\\b[\\s"\'*_:=#.-]{1,4})?$'

/** These mean nothing else. */
const codeName = new RegExp(
  `(?<![a-z])(?:cvv2?|cvc2?|cvn2?|card[ _-]?(?:verification|security)[ _-]?(?:code|value|number|no)|kartenprüf(?:nummer|ziffer)|cryptogramme visuel|codice cvv|code cvv|código cvv)${link}`,
  'i',
)
/** These may be of an account or of a door as well: a card has to be near. */
const vagueCodeName = new RegExp(
  `(?<![a-z])(?:csc|cid|cav2?|security[ _-]?(?:code|number)|verification[ _-]?(?:code|value)|prüf(?:nummer|ziffer)|sicherheits(?:code|nummer)|cryptogramme|code de sécurité|c[óo]digo de seguridad|c[óo]digo de segurança|codice di sicurezza|beveiligingscode|kod bezpieczeństwa|安全码|セキュリティコード|보안 ?코드)${link}`,
  'i',
)
const expiryName = new RegExp(
  `(?<![a-z])(?:exp|exp(?:iry|ires?|iration|iring)(?:[ _-]?(?:date|month|on))?|exp[._ -]date|valid[ _-]?(?:thru|through|until|to|till)|good thru|gültig bis|ablauf(?:datum)?|verfallsdatum|date d['’]expiration|expire le|validité|caducidad|vence|vencimiento|validade|scadenza|vervaldatum|ważna do|有效期|有効期限|유효 ?기간)${link}`,
  'i',
)

const month = '(?:0?[1-9]|1[0-2])'
const expiry = new RegExp(`(?:${month} ?[/.-] ?(?:20)?[2-4]\\d|20[2-4]\\d[/-](?:0[1-9]|1[0-2]))(?![\\d]|[/.-]\\d)`, 'y')
const joinedExpiry = /(?:0[1-9]|1[0-2])[2-4]\d(?!\d)/y
/** Between the fields of a card that are written one behind the other. */
const between = /^["'\s,;|:/)\]}-]{1,6}$/

const reachOfName = 48
/** So far from the number of a card is what is said of it. */
const near = 200

interface Place {
  readonly start: number
  readonly end: number
}

/** `cards`: the numbers of cards in the text, in order of place. */
export function cardDetails(text: string, runs: readonly NumberRun[], cards: readonly Sighting[]): Sighting[] {
  const found: Sighting[] = []
  const places = [...cards].sort((a, b) => a.start - b.start)
  const mayName = /cvv|cvc|cvn|card|kart|visuel/i.test(text)
  if (!mayName && places.length === 0) return found
  let card = 0
  let last: Place | undefined
  for (const { groups } of runs) {
    for (const { start, end, isJoined } of groups) {
      if (isJoined || end - start > 4 || (last !== undefined && start < last.end)) continue
      while (card + 1 < places.length && (places[card + 1]?.end ?? 0) <= start) card++
      const previous = places[card]
      const inFront = previous !== undefined && previous.end <= start ? previous : undefined
      const behind = places[inFront === undefined ? card : card + 1]
      const isNear =
        (inFront !== undefined && start - inFront.end <= near) || (behind !== undefined && behind.start - end <= near)
      if (!isNear && !mayName) continue
      const detail = detailAt(text, { start, end }, { isNear, follows: [inFront, last] })
      if (detail === undefined) continue
      found.push(detail)
      last = detail
    }
  }
  return found
}

interface Beside {
  readonly isNear: boolean
  /** A card, and another detail of one, that end in front of it. */
  readonly follows: readonly (Place | undefined)[]
}

function detailAt(text: string, { start, end }: Place, { isNear, follows }: Beside): Sighting | undefined {
  const before = text.slice(Math.max(0, start - reachOfName), start)
  const isNext = follows.some(
    (place) =>
      place !== undefined &&
      between.test(text.slice(place.end, Math.min(start, place.end + 7))) &&
      start - place.end <= 6,
  )
  const isNamedExpiry = isNear && expiryName.test(before)
  if (isNear && (isNext || isNamedExpiry)) {
    const until = expiryEnd(text, start, isNamedExpiry)
    if (until > 0)
      return { rule: 'card-expiry', category: 'financial', score: isNamedExpiry ? 0.9 : 0.8, start, end: until }
  }
  if (end - start < 3 || /^[./:%,-]\d|^\s?(?:%|€|\$|eur\b|usd\b)/i.test(text.slice(end, end + 5))) return undefined
  const isCode = codeName.test(before) || (isNear && vagueCodeName.test(before))
  const isLastOfThree = isNear && isNext && follows[1] !== undefined && between.test(text.slice(follows[1].end, start))
  if (!isCode && !isLastOfThree) return undefined
  return { rule: 'card-security-code', category: 'financial', score: isNear ? 0.95 : isCode ? 0.8 : 0.7, start, end }
}

/** Behind `11/27`, `11/2027`, `2027-11`, and where it is named `1127`; 0 where none begins. */
function expiryEnd(text: string, start: number, isNamed: boolean): number {
  for (const pattern of isNamed ? [expiry, joinedExpiry] : [expiry]) {
    pattern.lastIndex = start
    if (pattern.test(text)) return pattern.lastIndex
  }
  return 0
}
