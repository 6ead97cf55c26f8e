import { isDay, luhn, two } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** South Africa: birth date, sex, citizenship, Luhn. */
export const zaId = defineCode({
  rule: 'za-id',
  category: 'national-id',
  shapes: ['13', '6 4 3', '6 4 2 1'],
  valid: (code) => isDay(two(code, 0), two(code, 2), two(code, 4)) && /^.{10}[012]/.test(code) && luhn(code),
  context: words('sa id', 'south african id\\w*', 'rsa id', 'id (?:number|no)', 'identity number', 'id'),
  bare: 0.65,
  shaped: 0.75,
  named: 0.96,
})

/** Nigeria: eleven digits without a check, known by its name only. */
export const ngNin = defineCode({
  rule: 'ng-nin',
  category: 'national-id',
  shapes: ['11'],
  context: words('nin', 'national identification number', 'bvn', 'bank verification'),
  bare: 0,
  shaped: 0,
  named: 0.88,
})
