import { luhn } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Israel: nine digits, Luhn. */
export const ilId = defineCode({
  rule: 'il-id',
  category: 'national-id',
  shapes: ['9', '8-1', '1-7-1'],
  valid: (code) => luhn(code),
  context: words('תעודת זהות', 'ת\\.?ז\\.?', 'ת"ז', 'מספר זהות', 'teudat zehut', 'israeli id\\w*'),
  bare: 0,
  shaped: 0.3,
  named: 0.95,
})

/** United Arab Emirates: 784, year of birth, serial, Luhn. */
export const aeEmiratesId = defineCode({
  rule: 'ae-emirates-id',
  category: 'national-id',
  shapes: ['15', '3-4-7-1'],
  valid: (code) => /^784(?:19|20)\d\d/.test(code),
  context: words('emirates id\\w*', 'eid', 'الهوية', 'uae id'),
  bare: 0.6,
  shaped: 0.92,
  named: 0.97,
})

/** Saudi Arabia: 1 for citizens and 2 for residents, Luhn. */
export const saId = defineCode({
  rule: 'sa-id',
  category: 'national-id',
  shapes: ['10'],
  valid: (code) => /^[12]/.test(code) && luhn(code),
  context: words('iqama', 'saudi id\\w*', 'national id\\w*', 'رقم الهوية', 'الإقامة'),
  bare: 0,
  shaped: 0,
  named: 0.92,
})
