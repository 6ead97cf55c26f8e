import type { Sighting } from './rules.ts'

const countries = new Set(
  (
    'AD AE AL AO AR AT AU AZ BA BB BD BE BG BH BM BR BS BY BZ CA CH CI CL CM CN CO CR CY CZ DE DK DO DZ EC EE EG ES ET FI FO FR ' +
    'GB GE GH GI GR GT HK HN HR HU ID IE IL IN IQ IR IS IT JM JO JP KE KH KR KW KY KZ LA LB LI LK LT LU LV LY MA MC MD ME MG MK ML ' +
    'MM MN MO MT MU MV MX MY MZ NA NG NI NL NO NP NZ OM PA PE PH PK PL PS PT PY QA RO RS RU SA SE SG SI SK SM SN SV SY TH TN TR TT ' +
    'TW TZ UA UG US UY UZ VE VN XK YE ZA ZM ZW'
  ).split(' '),
)
const named = /\b(?:swift|bic)\b(?:[ /-]?(?:code|bic|swift|number|no))?[\s:=#"'-]{0,5}(?:is )?/gi
const shape = /[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])/y

/** ISO 9362, right behind its name only: eight capital letters are a word too. */
export function bics(text: string): Sighting[] {
  const found: Sighting[] = []
  named.lastIndex = 0
  for (let match = named.exec(text); match !== null; match = named.exec(text)) {
    shape.lastIndex = named.lastIndex
    const code = shape.exec(text)
    if (code === null || !countries.has(code[1] ?? '')) continue
    found.push({ rule: 'swift-bic', category: 'financial', score: 0.92, start: code.index, end: shape.lastIndex })
  }
  return found
}
