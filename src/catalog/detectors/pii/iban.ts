import { mod97 } from './checksums.ts'
import { defineCode } from './code-kind.ts'
import { words } from './context.ts'

/** SWIFT IBAN registry: lengths by country. */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 BI27 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 MN20 CH21 CR22 HR21 LI21 LV21 ' +
    'BG22 BH22 DE22 GB22 GE22 IE22 ME22 RS22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 ' +
    'LY25 PT25 ST25 IS26 TR26 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 EG28 GT28 HU28 LB28 NI28 PL28 SV28 ' +
    'BR29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33 DZ26 CM27 CI28 SN28 MA28 ML28 MZ25 AO25 CV25 MG27 IR26 HN28 TG28 BF28 BJ28 CF27 CG27 GA27 GQ27 GW25 KM27 NE28 TD27'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** ISO 13616: country, ISO 7064 MOD 97-10, length of the country. */
export const iban = defineCode({
  rule: 'iban',
  category: 'financial',
  pattern: /[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?/,
  measure: (written) => {
    const length = lengths[written.slice(0, 2).toUpperCase()]
    if (length === undefined) return undefined
    let seen = 0
    for (let place = 0; place < written.length; place++) {
      if (/[A-Za-z0-9]/.test(written[place] ?? '') && ++seen === length) return place + 1
    }
    return undefined
  },
  valid: (code) => mod97(code.slice(4) + code.slice(0, 4)) === 1,
  context: words(
    'ibans?',
    'bank\\w*',
    'accounts?',
    'konto\\w*',
    'kontonummer',
    'compte',
    'cuenta',
    'conto',
    'conta',
    'rekening\\w*',
    'rachun\\w*',
    'wire',
    'transfer\\w*',
    'sepa',
    'payment',
    'hesap\\w*',
    'счет\\w*',
    '口座\\S*',
  ),
  bare: 0.95,
  shaped: 0.95,
  named: 1,
})

const accountWords = words(
  'bank account\\w*',
  'account (?:number|no|num|nr|#)\\S*',
  'acct\\.?(?: ?(?:number|no|num|#))?',
  'a/c(?: no)?',
  'checking(?: account)?',
  'savings(?: account)?',
  'kontonummer',
  'konto-?nr\\.?',
  'num[ée]ro de compte',
  'n[úu]mero de cuenta',
  'numero di conto',
  'rekeningnummer',
  'numer konta',
  '银行账号',
  '账号',
  '口座番号',
  '계좌\\S*',
)

/** A bank account without a check: known by its name only. */
export const bankAccount = defineCode({
  rule: 'bank-account',
  category: 'financial',
  shapes: [
    '7',
    '8',
    '9',
    '10',
    '11',
    '12',
    '13',
    '14',
    '16',
    '17',
    '3-3-6',
    '4-4-4',
    '4 4 4',
    '3-6',
    '2-6-2',
    '4-6',
    '3-6-5',
  ],
  context: accountWords,
  bare: 0,
  shaped: 0,
  named: 0.82,
})
