import { icaoDigit } from './checksums.ts'
import { defineCode } from './code-kind.ts'
import { words } from './context.ts'
import type { Sighting } from './rules.ts'

const licenceWords = words(
  "driver'?s?'? ?licen[cs]es?(?: (?:number|no|num|id|#))?",
  'driver’s licen[cs]e',
  'driving licen[cs]es?(?: (?:number|no))?',
  'licen[cs]e (?:number|no|num|#)',
  'dl(?: ?(?:number|no|#))?',
  'dln',
  'f[üu]hrerschein\\S*',
  'permis de conduire',
  'permiso de conducir',
  'licencia de conducir',
  'patente(?: di guida)?',
  'rijbewijs\\S*',
  'prawo? jazdy',
  'carta de condu[çc][ãa]o',
  'cnh',
  '驾驶证\\S{0,3}',
  '運転免許\\S{0,4}',
)

export const driverLicence = defineCode({
  rule: 'driver-licence',
  category: 'licence',
  shapes: ['7', '8', '9', '10', '11', '12', '3-3-3', '2-3-4', '3 3 3', '2-2-4', '3-2-4', '4-4-4'],
  pattern:
    /[A-Z]{1,2}[- ]?\d{2,14}(?:[- ]\d{2,5}){0,4}|[A-Z]{1,3}\d{2}-\d{2}-\d{4}|[A-Z]{3,5}\d{1,6}[A-Z0-9]{4,10}|[A-Z]\d{2}[A-Z]{2}\d{6}|\d{1,3}[A-Z]{1,2}\d{4,7}|\d{7,8}[A-Z]{1,2}|[A-Z]{1,3}\d{4,9}[A-Z]{1,2}/,
  valid: (code) => (code.match(/\d/g)?.length ?? 0) >= 4 && code.length >= 6,
  context: licenceWords,
  bare: 0,
  shaped: 0,
  named: 0.9,
})

/** DVLA: five letters of the name, birth date with the decade apart, initials, check. */
export const ukDrivingLicence = defineCode({
  rule: 'uk-driving-licence',
  category: 'licence',
  pattern: /[A-Z9]{5} ?\d[0156]\d(?:0[1-9]|[12]\d|3[01])\d ?[A-Z9]{2}\d?[A-Z0-9]{2,3}/,
  context: words('licen[cs]e', licenceWords.source),
  bare: 0.7,
  shaped: 0.7,
  named: 0.96,
})

export const passport = defineCode({
  rule: 'passport',
  category: 'licence',
  shapes: ['9', '8', '2 7', '4 6', '10'],
  pattern: /[A-Z]{1,2} ?\d{6,8}[A-Z]?|\d{2}[A-Z]{2}\d{5}|[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}/,
  valid: (code) => (code.match(/\d/g)?.length ?? 0) >= 4,
  context: words(
    'passports?(?: (?:number|no|num|#|id))?',
    'pasaporte',
    'passeport',
    'reisepass\\S*',
    'passaporto?',
    'passaporte',
    'paspoort\\S*',
    'paszport\\S*',
    'pasaport\\S*',
    'паспорт\\S*',
    '护照\\S{0,4}',
    '旅券\\S{0,4}',
    'パスポート\\S{0,4}',
    '여권\\S*',
    'جواز\\S*(?: السفر)?',
  ),
  bare: 0,
  shaped: 0,
  named: 0.93,
})

const vinValues: Readonly<Record<string, number>> = Object.fromEntries(
  [...'ABCDEFGH']
    .map((letter, place) => [letter, place + 1])
    .concat(
      [...'JKLMN'].map((letter, place) => [letter, place + 1]),
      [
        ['P', 7],
        ['R', 9],
      ],
      [...'STUVWXYZ'].map((letter, place) => [letter, place + 2]),
      [...'0123456789'].map((digit, place) => [digit, place]),
    ),
)

/** ISO 3779; the ninth sign checks, in North America and China. */
function hasVinCheck(code: string): boolean {
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
  let sum = 0
  for (let place = 0; place < 17; place++) sum += (vinValues[code[place] ?? ''] ?? 0) * (weights[place] ?? 0)
  return '0123456789X'[sum % 11] === code[8]
}

const vinWords = words(
  'vin',
  'vin ?(?:number|no|#)',
  'vehicle id\\w*',
  'chassis\\w*',
  'fahrgestell\\S*',
  'fin',
  'vehicle',
  'car',
  'bastidor',
  'telaio',
)
const vinPattern = /(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{13}[A-HJ-NPR-Z0-9]\d{3}/

export const vin = defineCode({
  rule: 'vin',
  category: 'licence',
  pattern: vinPattern,
  valid: hasVinCheck,
  context: vinWords,
  bare: 0.7,
  shaped: 0.7,
  named: 0.95,
})

export const europeanVin = defineCode({
  rule: 'vin',
  category: 'licence',
  pattern: vinPattern,
  valid: (code) => !hasVinCheck(code),
  context: words(
    'vin',
    'vin ?(?:number|no|#)',
    'vehicle id\\w*',
    'chassis\\w*',
    'fahrgestell\\S*',
    'bastidor',
    'telaio',
  ),
  bare: 0,
  shaped: 0,
  named: 0.85,
})

export const licencePlate = defineCode({
  rule: 'licence-plate',
  category: 'licence',
  pattern:
    /[A-Z]{1,3}[- ]?[A-Z]{1,2}[- ]?\d{1,4}[EH]?|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{2}-?\d{3}-?[A-Z]{2}|\d{4} ?[A-Z]{3}|[A-Z]{2,3}[- ]?\d{3,4}|\d[A-Z]{3}\d{3}|\d{1,3}[- ]?[A-Z]{2,3}[- ]?\d{1,4}|[A-Z]{2}[- ]?\d{1,2}[- ]?[A-Z]{1,2}[- ]?\d{4}|[A-Z]{2} ?\d{3} ?[A-Z]{2}/,
  context: words(
    'licen[cs]e plates?(?: (?:number|no))?',
    'number ?plates?',
    'plates?(?: (?:number|no))?',
    'registration (?:number|plate)',
    'vehicle reg\\w*',
    'reg(?:\\.|istration)? (?:no|number)',
    'kennzeichen',
    'plaque(?: d.immatriculation)?',
    'immatriculation',
    'matr[íi]cula',
    'targa',
    'kenteken',
    'tablic\\w*',
    'plaka\\w*',
    'placa',
    '车牌\\S{0,2}',
  ),
  bare: 0,
  shaped: 0,
  named: 0.85,
})

const zone = /[PV][A-Z<][A-Z<]{3}[A-Z<]{39}\s{0,2}[A-Z0-9<]{44}/g

/** ICAO 9303 part 4: two lines of 44 signs whose number checks. */
export function machineReadableZones(text: string): Sighting[] {
  if (!text.includes('<<<')) return []
  return Array.from(text.matchAll(zone))
    .filter(([code]) => icaoDigit(code.slice(-44, -35)) === code.at(-35))
    .map((match) => {
      return {
        rule: 'passport',
        category: 'licence',
        score: 0.99,
        start: match.index,
        end: match.index + match[0].length,
      }
    })
}
