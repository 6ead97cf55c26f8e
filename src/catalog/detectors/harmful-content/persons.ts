import { marker } from './marker.ts'

/** Whom and what somebody may want to harm. A list of hundreds of words in each expression would take long to compile, so the words are marked first. */
const relatives =
  'husband|wife|spouse|fianc[eé]e?|partner|boyfriend|girlfriend|bf|gf|ex|mother|father|mom|mum|dad|mommy|daddy|parents?|step-?(?:mom|mother|dad|father|son|daughter|brother|sister)|brothers?|sisters?|siblings?|sons?|daughters?|uncle|aunt|cousins?|nephew|niece|grand(?:ma|pa|mother|father|parents|son|daughter)|(?:mother|father|sister|brother)[- ]in[- ]law|in-laws|famil(?:y|ies)|relatives?'
const acquaintances =
  'business partner|boss|manager|supervisor|co-?workers?|colleagues?|employees?|landlord|landlady|neighbou?rs?|room-?mates?|flat-?mates?|(?:best )?friends?|enem(?:y|ies)|rivals?|competitors?|teachers?|professors?|principal|class-?mates?|students?|pupils?|bull(?:y|ies)|stalker|rapist|date|crush|lover'
const anybody =
  'school ?kids|kids?|child(?:ren)?|bab(?:y|ies)|toddlers?|infants?|newborns?|teen(?:ager)?s?|boys?|girls?|m[ae]n|wom[ae]n|guys?|dudes?|lad(?:y|ies)|pe(?:rsons?|ople)|humans?|human beings?|someone|somebody|anyone|anybody|everyone|everybody|strangers?|victims?|hostages?|civilians?|crowds?|pedestrians?|passengers?|tourists?|commuters?|prisoners?|sex workers?|prostitutes?|homeless|infidels?|unbelievers|heretics|traitors?|liberals|conservatives|republicans|democrats|communists|feminists?|whores?|sluts?|abusers?|perverts?|snitch(?:es)?|hikers?|hitchhikers?|drivers?|shoppers|worshipp?ers|delivery (?:man|driver|guy)|adults?|dictators?|tyrants?|ceos?|billionaires?|landlords'
const officials =
  'cops?|police(?:m[ae]n| officers?)?|officers?|soldiers?|guards?|judges?|jurors?|politicians?|presidents?|prime minister|chancellor|senators?|congress(?:m[ae]n|wom[ae]n)|mayor|governor|ministers?|king|queen|journalists?|reporters?|witness(?:es)?|priests?|pastor|imam|rabbi|doctors?|nurses?|patients?|celebrit(?:y|ies)|ceo'
const groups = 'jews|muslims|christians|blacks|whites|gays|immigrants|migrants|refugees|protest[eo]rs|voters'

/** A child process is none. */
const noThing = String.raw`(?! (?:process\w*|nodes?|threads?|elements?|windows?|component|class(?:es)?|tables?|tasks?|tabs?|jobs?|records?|rows?|accounts?|sessions?|objects?|tags?|pids?|connections?|snoring|argument|chess))(?!['’]s\b)`

const person = String.raw`(?:${[relatives, acquaintances, anybody, officials, groups].join('|')})\b${noThing}`

const someDeterminer =
  '(?:(?:an?|the|my|your|his|her|our|their|this|that|these|those|some|any|every|all|each|another|two|three|four|five|ten|lots|hundreds|thousands|as many|as much|more|many|several|multiple|a (?:few|lot|large number|bunch|group|random))(?: of)? ){1,3}'
const determiner = `(?:${someDeterminer})?`
const kinds =
  'own|old|ex|little|young|entire|whole|annoying|random|innocent|pregnant|sleeping|drunk|abusive|rich|elderly|local|new|next-door|stupid|cheating|former|business|school|fellow|gay|black|white|jewish|muslim'
const everyOne = '(?:every|each|any)(?: single| last)? ?one|all of (?:them|you)|them all'

const anyPlace = String.raw`(?:drinking water|water treatment \w+|nuclear (?:power )?(?:plant|reactor)|power stations?|oil refinery|data cent(?:er|re)|fuel depot|ship|cruise ship|ferry|truck|car|crowd|wedding|prison|barracks|monument|statue|store|shop|restaurant|camp|schools?|high school|university|campus|college|kindergarten|class(?:room)?|church(?:es)?|mosques?|synagogues?|temple|offices?|workplace|building|malls?|supermarket|airport|plane|airplane|stadium|concert|festival|parade|embassy|hospital|clinic|hous(?:e|es)|home|apartment|flat|bridge|train|subway|metro|station|bus|water supply|reservoir|power (?:plant|grid|station)|pipeline|dam|cit(?:y|ies)|town|village|market|nightclub|club|bar|rally|courthouse|parliament|capitol|government|border|shelter|library|theater|theatre|hotel|police station|city hall)\b(?! (?:projects?|assignments?|homework|essays?|newspapers?|menus?|schedules?|budget|problems?))`

/** The nouns first, and then what belongs to them: in one expression V8 copies the long list for each way to get there. */
const marks = {
  person: marker(`${person}|${everyOne}`, '_'),
  place: marker(anyPlace, '0'),
  aroundPerson: marker(
    `${determiner}(?:(?:${kinds}|_{2,}) ){0,2}(?:[a-z-]{1,20}['’]s ){0,2}(?:(?:own|old|ex|little|young|whole|_{2,}) ){0,2}_{2,}`,
    '_',
  ),
  aroundPlace: marker(String.raw`(?:${someDeterminer}(?:[\w'’-]+ ){0,2}?)?_0+_`, '0'),
}

/** In a text that was marked. */
export const onlyAPerson = '_{2,}'
export const aPerson = "(?:[\\w'’-]+ ){0,4}?_{2,}"
export const aPlace = '(?:_0+_)'

export function markTargets(sentence: string): string {
  return marks.aroundPlace(marks.place(marks.aroundPerson(marks.person(sentence))))
}
