import { isDay, two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Singapore NRIC and FIN: a letter in front for the series, one behind that checks. */
export const sgNric = defineCode({
  rule: 'sg-nric',
  category: 'national-id',
  pattern: /[STFGM]\d{7}[A-Z]/,
  valid: (code) => {
    const offset = { S: 0, T: 4, F: 0, G: 4, M: 3 }[code[0] ?? ''] ?? 0
    const rest = (weighted(code.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11
    const series = code[0] === 'S' || code[0] === 'T' ? 'JZIHGFEDCBA' : code[0] === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK'
    return code[0] === 'M'
      ? series[10 - ((rest + 11) % 11)] === code[8] || series[rest] === code[8]
      : series[rest] === code[8]
  },
  context: words('nric', 'fin', 'singapore\\w* id', 'ic', 'identity card'),
  bare: 0.75,
  shaped: 0.75,
  named: 0.97,
})

export const thId = defineCode({
  rule: 'th-id',
  category: 'national-id',
  shapes: ['13', '1-4-5-2-1', '1 4 5 2 1'],
  valid: (code) =>
    /^[1-8]/.test(code) &&
    (11 - (weighted(code, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(code[12]),
  context: words('บัตรประชาชน\\S*', 'เลขประจำตัว\\S*', 'thai (?:national )?id\\w*', 'citizen id'),
  bare: 0,
  shaped: 0.9,
  named: 0.96,
})

/** Malaysia MyKad: birth date, place, serial. */
export const myKad = defineCode({
  rule: 'my-kad',
  category: 'national-id',
  shapes: ['12', '6-2-4'],
  valid: (code) =>
    isDay(two(code, 0), two(code, 2), two(code, 4)) && !/^.{6}(?:00|17|18|19|20|69|70|73|80|81|94|95|96|97)/.test(code),
  context: words('mykad', 'nric', 'ic', 'kad pengenalan', 'malaysian id\\w*'),
  bare: 0,
  shaped: 0.8,
  named: 0.93,
})

/** Indonesia NIK: place, birth date with 40 more in the day of women, serial. */
export const idNik = defineCode({
  rule: 'id-nik',
  category: 'national-id',
  shapes: ['16'],
  valid: (code) =>
    /^[1-9][1-9]/.test(code) && isDay(two(code, 10), two(code, 8), two(code, 6) % 40) && !code.endsWith('0000'),
  context: words('nik', 'ktp', 'nomor induk', 'induk kependudukan'),
  bare: 0.3,
  shaped: 0.3,
  named: 0.95,
})
