import type { TextView } from '../../../core/inspection/inspected-text.ts'
import { wordsIn } from '../needed-words/words-in.ts'
import { addresses } from './address.ts'
import { abaRouting, auBsb, inIfsc, mxClabe, ukSortCode } from './bank.ts'
import { bics } from './bic.ts'
import { birthDates } from './birth-date.ts'
import { card, publishedCard } from './card.ts'
import { cardDetails } from './card-details.ts'
import type { CodeKind } from './code-kind.ts'
import { codeFinder } from './codes.ts'
import { cryptoWallets } from './crypto-wallet.ts'
import { emails } from './email.ts'
import { insuranceMember, medicalRecord, usDea, usMbi, usNpi } from './health.ts'
import { bankAccount, iban } from './iban.ts'
import {
  driverLicence,
  europeanVin,
  licencePlate,
  machineReadableZones,
  passport,
  ukDrivingLicence,
  vin,
} from './licence.ts'
import { namesInColumns } from './name-columns.ts'
import { nationalIds } from './national-ids/all.ts'
import { colonAddresses, ipv4Addresses, joinedMacs } from './network.ts'
import { numberRuns } from './number-runs.ts'
import { personNames } from './person-name.ts'
import { phones } from './phone.ts'
import { namedPostCode } from './post-code.ts'
import { resolve } from './resolve.ts'
import type { Category, Sighting } from './rules.ts'
import { streetsWithoutNumbers } from './streets.ts'

const codes: readonly CodeKind[] = [
  ...nationalIds,
  card,
  publishedCard,
  iban,
  bankAccount,
  abaRouting,
  ukSortCode,
  auBsb,
  inIfsc,
  mxClabe,
  medicalRecord,
  insuranceMember,
  usMbi,
  usNpi,
  usDea,
  driverLicence,
  ukDrivingLicence,
  passport,
  vin,
  europeanVin,
  licencePlate,
  namedPostCode,
]

/** What is reported, and what kind of thing it is. */
export const rules: Readonly<Record<string, Category>> = {
  email: 'contact',
  phone: 'contact',
  ipv4: 'network',
  ipv6: 'network',
  mac: 'network',
  'crypto-wallet': 'crypto',
  'swift-bic': 'financial',
  'card-expiry': 'financial',
  'card-security-code': 'financial',
  'birth-date': 'identity',
  'person-name': 'identity',
  address: 'location',
  ...Object.fromEntries(codes.map(({ rule, category }) => [rule, category])),
}

const findCodes = codeFinder(codes)

/** All personal data of one way to read a text, without overlaps, in order. */
export function sightings(view: TextView): readonly Sighting[] {
  const { text } = view
  const found: Sighting[] = [
    ...emails(text),
    ...colonAddresses(text),
    ...personNames(text),
    ...streetsWithoutNumbers(text, wordsIn(view)),
    ...namesInColumns(text),
  ]
  const runs = numberRuns(text)
  if (runs.length > 0) {
    const foundCodes = findCodes(text, runs)
    found.push(
      ...foundCodes,
      ...cardDetails(text, runs, foundCodes.filter(isCardNumber)),
      ...phones(text, runs),
      ...ipv4Addresses(text, runs),
      ...joinedMacs(text, runs),
      ...addresses(text, runs),
      ...birthDates(text, runs),
      ...cryptoWallets(text, runs),
      ...machineReadableZones(text),
    )
  }
  found.push(...bics(text))
  return resolve(found)
}

/** A number for tests, named as one, is of no card. */
function isCardNumber({ rule, score }: Sighting): boolean {
  return rule === 'card' && score >= 0.5
}
