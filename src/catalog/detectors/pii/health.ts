import { luhn } from './checksums.ts'
import { defineCode } from './code-kind.ts'
import { words } from './context.ts'

const recordWords = words(
  'mrn\\S{0,2}',
  'medical record\\w*(?: (?:number|no|#))?',
  'patient (?:id|number|no|#|file)\\w*',
  'chart (?:number|no|#)',
  'health record',
  'hospital (?:number|no|id)',
  'patientennummer',
  'fallnummer',
  'krankenakte\\w*',
  'historia cl[íi]nica',
  'num[ée]ro de dossier',
  'dossier m[ée]dical',
  'patient(?:en)?-id',
)

/** A medical record has as many shapes as there are hospitals: known by its name only. */
export const medicalRecord = defineCode({
  rule: 'medical-record',
  category: 'health',
  shapes: ['6', '7', '8', '9', '10', '3-3-3', '2-2-2', '3-4', '4-4', '3-2-4', '5-3'],
  pattern: /[A-Z]{1,4}-?\d{4,10}(?:-\d{1,4})?/,
  context: recordWords,
  bare: 0,
  shaped: 0,
  named: 0.9,
})

export const insuranceMember = defineCode({
  rule: 'health-insurance',
  category: 'health',
  shapes: ['8', '9', '10', '11', '12', '3-2-4', '3-3-3', '3-3-4'],
  pattern: /[A-Z]{1,4}-?\d{6,12}(?:-\d{1,2})?/,
  context: words(
    'member (?:id|number|no|#)\\w*',
    'subscriber (?:id|number)\\w*',
    'insurance (?:id|policy|member|number|no)\\w*(?: (?:number|id|no))?',
    'policy (?:number|no|id|#)\\w*',
    'beneficiary (?:id|number)',
    'health plan\\w*',
    'group number',
    'krankenversicherten?\\S*',
    'versichertennummer',
    'medicaid\\w*',
    'mutuelle',
  ),
  bare: 0,
  shaped: 0,
  named: 0.82,
})

/** CMS: Medicare beneficiary identifier, letters without S L O I B Z. */
export const usMbi = defineCode({
  rule: 'us-mbi',
  category: 'health',
  pattern:
    /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}/,
  context: words('mbi', 'medicare', 'beneficiary'),
  bare: 0.75,
  shaped: 0.85,
  named: 0.97,
})

/** CMS: Luhn with 80840 in front. */
export const usNpi = defineCode({
  rule: 'us-npi',
  category: 'health',
  shapes: ['10'],
  valid: (code) => /^[12]/.test(code) && luhn(`80840${code}`),
  context: words('npi', 'national provider', 'provider id\\w*', 'provider (?:number|no)'),
  bare: 0.3,
  shaped: 0.3,
  named: 0.95,
})

/** DEA: two letters, six digits, a check digit. */
export const usDea = defineCode({
  rule: 'us-dea',
  category: 'health',
  pattern: /[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}/,
  valid: (code) => {
    const digit = (place: number) => Number(code[place + 1])
    return (digit(1) + digit(3) + digit(5) + 2 * (digit(2) + digit(4) + digit(6))) % 10 === digit(7)
  },
  context: words('dea', 'drug enforcement', 'prescriber', 'dea (?:number|no|#)', 'registration'),
  bare: 0.5,
  shaped: 0.5,
  named: 0.95,
})
