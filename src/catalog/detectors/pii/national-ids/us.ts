import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** 42 U.S.C. 405; SSA: areas 000, 666 and 900 on were never given. */
export const usSsn = defineCode({
  rule: 'us-ssn',
  category: 'national-id',
  shapes: ['9', '3-2-4', '3 2 4', '3.2.4'],
  valid: (code) => !/^(?:000|666|9)|^...00|0000$/.test(code),
  context: words(
    'ssn?s?#?',
    'social security',
    'social sec',
    'soc\\.? sec',
    'socials?',
    'security number',
    'taxpayer',
    'w-?2',
    'w-?9',
    'seguro social',
    'itin',
  ),
  bare: 0.3,
  shaped: 0.8,
  named: 0.95,
})

/** IRS: 9xx with 50-65, 70-88, 90-92, 94-99 as the group. */
export const usItin = defineCode({
  rule: 'us-itin',
  category: 'national-id',
  shapes: ['9', '3-2-4', '3 2 4'],
  valid: (code) => /^9..(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(code),
  context: words('itin', 'taxpayer id\\w*', 'tax id\\w*', 'individual taxpayer', 'irs', 'w-?7'),
  bare: 0,
  shaped: 0.6,
  named: 0.9,
})

/** IRS: prefixes of employer identification numbers. */
export const usEin = defineCode({
  rule: 'us-ein',
  category: 'national-id',
  shapes: ['2-7', '9'],
  valid: (code) => !/^(?:00|07|08|09|17|18|19|28|29|49|69|70|78|79|89|96|97)/.test(code),
  context: words('eins?', 'fein', 'employer id\\w*', 'federal tax', 'tax id\\w*', 'federal id'),
  bare: 0,
  shaped: 0.3,
  named: 0.85,
})
