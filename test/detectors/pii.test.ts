import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import pii from '../../src/catalog/detectors/pii.ts'
import type { Finding } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = pii.create({})
const find = async (text: string): Promise<readonly Finding[]> => await detect(inspectedText(text), { point: 'input' })
const found = async (text: string) =>
  (await find(text)).map(({ rule, span }) => `${rule}: ${text.slice(span.start, span.end)}`)

const words =
  'the report of and we have to see for you at in is it was with number name call write street road paid on from box march'.split(
    ' ',
  )
const pieces = [
  ...pii.examples.flagged.map(({ text }) => text),
  'my name is david lange and i live at 12 old mill road apt 4',
  'he lives at 221B Baker Street, London NW1 6XE',
  'j.smith at gmail dot com',
  'Mary-Jane van der Berg',
  '1600 Amphitheatre Parkway\nMountain View, CA 94043',
]
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom(...pieces),
      fc.constantFrom('\n', '. ', ', ', 'Anna', 'Smith', '42', '7 ', 'Apt. 5', 'Berlin'),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((parts) => parts.join(' '))

test('a finding that an end leaves open begins where the text is said to be open', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.double({ min: 0, max: 1, noNaN: true }), async (text, share) => {
      const cut = Math.round(text.length * share)
      const open = pii.openFrom?.(text.slice(0, cut)) ?? 0
      expect(open).toBeLessThanOrEqual(cut)
      for (const { rule, span } of await find(text)) {
        if (span.start < cut && span.end > cut)
          expect(span.start, `${rule} of ${JSON.stringify(text)} at ${cut}`).toBeGreaterThanOrEqual(open)
      }
    }),
    { numRuns: 2000 },
  )
})

test('no finding is longer than it may be, and none overlaps another', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      let last = 0
      for (const { span } of await find(text)) {
        expect(span.end - span.start).toBeLessThanOrEqual(pii.maxSpan)
        expect(span.start).toBeGreaterThanOrEqual(last)
        last = span.end
      }
    }),
    { numRuns: 500 },
  )
})

test('ordinary prose is let go but for its last word', () => {
  const text = 'The weather was fine and we went to the market, where nobody had what we were looking for'
  expect(text.length - (pii.openFrom?.(text) ?? 0)).toBeLessThan(12)
})

describe('numbers of states', () => {
  // Published examples of authorities, and numbers made by their rules.
  test.each([
    ['us-ssn', 'SSN 536-22-8471'],
    ['us-itin', 'ITIN 912-70-1234'],
    ['us-ein', 'EIN 12-3456789'],
    ['uk-nhs', 'NHS number 943 476 5919'],
    ['uk-nino', 'NINO AB 12 34 56 C'],
    ['uk-utr', 'UTR 1123456789'],
    ['de-tax-id', 'Steuer-ID 86 095 742 719'],
    ['de-pension', 'RVNR 65 170839 J 003'],
    ['fr-nir', 'NIR 2 55 08 14 168 025 38'],
    ['fr-tax', 'numéro fiscal 3023217600053'],
    ['es-dni', 'DNI 12345678Z'],
    ['es-nie', 'NIE X1234567L'],
    ['it-fiscal-code', 'CF RSSMRA85T10A562S'],
    ['nl-bsn', 'BSN 111222333'],
    ['be-national-number', 'Rijksregisternummer 85.07.30-033.28'],
    ['pt-nif', 'NIF 501442600'],
    ['pl-pesel', 'PESEL 44051401359'],
    ['pl-nip', 'NIP 123-456-32-18'],
    ['se-personnummer', 'Personnummer 811218-9876'],
    ['no-fodselsnummer', 'fødselsnummer 15108695088'],
    ['dk-cpr', 'CPR-nummer 070593-0600'],
    ['fi-hetu', 'henkilötunnus 131052-308T'],
    ['ch-ahv', 'AHV-Nr. 756.9217.0769.85'],
    ['at-svnr', 'SVNR 1237 010180'],
    ['ie-pps', 'PPSN 1234567FA'],
    ['cz-birth-number', 'rodné číslo 710319/2745'],
    ['ro-cnp', 'CNP 1800101221144'],
    ['bg-egn', 'ЕГН 7523169263'],
    ['hr-oib', 'OIB 33392005961'],
    ['ee-lt-personal-code', 'isikukood 37605030299'],
    ['lv-personal-code', 'personas kods 161175-19997'],
    ['hu-taj', 'TAJ 123 456 788'],
    ['gr-amka', 'AMKA 01013099997'],
    ['ru-snils', 'СНИЛС 112-233-445 95'],
    ['ru-inn', 'ИНН 500100732259'],
    ['ua-tax', 'РНОКПП 1759013776'],
    ['tr-tckn', 'TC kimlik no 10000000146'],
    ['in-aadhaar', 'Aadhaar 2341 2341 2346'],
    ['in-pan', 'PAN ABCPE1234F'],
    ['cn-resident-id', '身份证号：11010519491231002X'],
    ['kr-rrn', '주민등록번호 900101-1234567'],
    ['jp-my-number', 'マイナンバー 123456789018'],
    ['sg-nric', 'NRIC S1234567D'],
    ['th-id', 'Thai ID 1-2345-45678-78-1'],
    ['tw-id', '身分證字號 A123456789'],
    ['hk-id', 'HKID A123456(3)'],
    ['my-kad', 'MyKad 900101-14-5678'],
    ['id-nik', 'NIK 3201234506900001'],
    ['br-cpf', 'CPF 529.982.247-25'],
    ['br-cnpj', 'CNPJ 11.222.333/0001-81'],
    ['mx-curp', 'CURP HEGG560427MVZRRL04'],
    ['mx-rfc', 'RFC GODE561231GR8'],
    ['ar-cuit', 'CUIT 20-12345678-6'],
    ['cl-rut', 'RUT 12.531.909-2'],
    ['co-cedula', 'cédula de ciudadanía 1.032.456.789'],
    ['za-id', 'SA ID 8001015009087'],
    ['au-tfn', 'TFN 123 456 782'],
    ['au-medicare', 'Medicare 2123 45670 1'],
    ['ca-sin', 'SIN 046 454 286'],
    ['nz-ird', 'IRD 49-091-850'],
    ['il-id', 'תעודת זהות 123456782'],
    ['ae-emirates-id', 'Emirates ID 784-1980-1234567-1'],
  ])('%s in %s', async (rule, text) => {
    expect((await find(text)).filter(({ score }) => score >= 0.5).map((one) => one.rule)).toContain(rule)
  })

  test.each([
    'SSN 000-12-3456',
    'NHS number 943 476 5918',
    'Steuer-ID 86095742718',
    'DNI 12345678A',
    'BSN 111222334',
    'PESEL 44051401358',
    'CPF 529.982.247-26',
    'Aadhaar 2341 2341 2347',
    'NRIC S1234567A',
    'AHV-Nr. 756.9217.0769.86',
  ])('%s does not pass its check', async (text) => {
    const rules = (await find(text)).filter(({ score }) => score >= 0.5).map(({ rule }) => rule)
    expect(rules.filter((rule) => /ssn|nhs|de-tax|dni|bsn|pesel|cpf|aadhaar|nric|ahv/.test(rule))).toEqual([])
  })
})

describe('what surrounds a number', () => {
  const score = async (text: string) => Math.max(0, ...(await find(text)).map((one) => one.score))

  test.each([
    ['My SSN is 536-22-8471', 'See 536-22-8471'],
    ['My card number is 4111 1111 1111 1111', 'test card 4111 1111 1111 1111'],
    ['Remote IP 84.17.45.201', 'gateway 192.168.1.17'],
    ['phone 612 345 678', 'invoice 612 345 678'],
    ['TFN 123 456 782', 'order number 123 456 782'],
  ])('%s is surer than %s', async (surer, doubtful) => {
    expect(await score(surer)).toBeGreaterThan(await score(doubtful))
    expect(await score(surer)).toBeGreaterThanOrEqual(0.5)
  })
})

test('a name, a phone number and an address of a signature are three findings', async () => {
  const text = 'Best regards,\nPriya Raghunathan\n1600 Amphitheatre Parkway, Mountain View, CA 94043\n+1 650-253-0000'
  expect(await found(text)).toEqual([
    'person-name: Priya Raghunathan',
    'address: 1600 Amphitheatre Parkway, Mountain View, CA 94043',
    'phone: +1 650-253-0000',
  ])
})

test('what is written in disguise is found where it stands', async () => {
  expect(await found('Call ４１５-５５５-２６７１ now')).toEqual(['phone: ４１５-５５５-２６７１'])
  expect(await found('SSN 536\u200b-22-\u200b8471 ok')).toEqual(['us-ssn: 536\u200b-22-\u200b8471'])
  expect(await found('mail anna%40posteo.de now')).toContain('email: anna%40posteo.de')
})
