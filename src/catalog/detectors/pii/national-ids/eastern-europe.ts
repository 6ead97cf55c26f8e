import { isDay, luhn, mod11And10, two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Czechia and Slovakia: birth date, 50 more in the month of women, divisible by 11 since 1954. */
export const czBirthNumber = defineCode({
  rule: 'cz-birth-number',
  category: 'national-id',
  shapes: ['10', '6/4', '6/3'],
  valid: (code) => {
    const month = two(code, 2) % 50
    if (!isDay(two(code, 0), month > 20 ? month - 20 : month, two(code, 4))) return false
    return code.length === 9 || Number(code) % 11 === 0
  },
  context: words('rodn[ée] [čc][íi]slo', 'rodn[ée]ho [čc][íi]sla', 'r\\.? ?[čc]\\.?', 'rč', 'birth number'),
  bare: 0.4,
  shaped: 0.85,
  named: 0.97,
})

export const roCnp = defineCode({
  rule: 'ro-cnp',
  category: 'national-id',
  shapes: ['13'],
  valid: (code) => {
    if (!/^[1-9]/.test(code) || !isDay(two(code, 1), two(code, 3), two(code, 5))) return false
    const rest = weighted(code, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return (rest === 10 ? 1 : rest) === Number(code[12])
  },
  context: words('cnp', 'cod numeric personal', 'romanian id'),
  bare: 0.55,
  shaped: 0.55,
  named: 0.97,
})

export const bgEgn = defineCode({
  rule: 'bg-egn',
  category: 'national-id',
  shapes: ['10'],
  valid: (code) => {
    const month = two(code, 2)
    if (!isDay(two(code, 0), month > 40 ? month - 40 : month > 20 ? month - 20 : month, two(code, 4))) return false
    return (weighted(code, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(code[9])
  },
  context: words('egn', 'егн', 'единен граждански', 'bulgarian id'),
  bare: 0,
  shaped: 0,
  named: 0.95,
})

export const hrOib = defineCode({
  rule: 'hr-oib',
  category: 'national-id',
  shapes: ['11'],
  valid: (code) => mod11And10(code),
  context: words('oib', 'osobni identifikacijski'),
  bare: 0,
  shaped: 0,
  named: 0.95,
})

/** Estonia and Lithuania: sex and century, birth date, serial, modulo 11 in two rounds. */
export const balticPersonalCode = defineCode({
  rule: 'ee-lt-personal-code',
  category: 'national-id',
  shapes: ['11'],
  valid: (code) => {
    if (!/^[1-6]/.test(code) || !isDay(two(code, 1), two(code, 3), two(code, 5))) return false
    const first = weighted(code, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
    const rest = first < 10 ? first : (weighted(code, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10
    return rest === Number(code[10])
  },
  context: words('isikukood\\w*', 'asmens kod\\w*', 'personal code', 'ik', 'a\\.k\\.'),
  bare: 0.5,
  shaped: 0.5,
  named: 0.96,
})

/** Latvia: birth date and serial, or 32 and digits. */
export const lvPersonalCode = defineCode({
  rule: 'lv-personal-code',
  category: 'national-id',
  shapes: ['11', '6-5'],
  valid: (code) =>
    (code.startsWith('32') || isDay(two(code, 4), two(code, 2), two(code, 0))) &&
    (1101 - weighted(code, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11 === Number(code[10]),
  context: words('personas kod\\w*', 'latvian', 'pers\\. ?kods'),
  bare: 0,
  shaped: 0.7,
  named: 0.95,
})

export const huTaj = defineCode({
  rule: 'hu-taj',
  category: 'national-id',
  shapes: ['9', '3 3 3', '3-3-3'],
  valid: (code) => weighted(code, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(code[8]),
  context: words('taj', 'taj[- ]sz[áa]m\\w*', 't[áa]rsadalombiztos\\w*'),
  bare: 0,
  shaped: 0,
  named: 0.93,
})

export const uaTax = defineCode({
  rule: 'ua-tax',
  category: 'national-id',
  shapes: ['10'],
  valid: (code) => (weighted(code, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) % 10 === Number(code[9]),
  context: words('рнокпп', 'іпн', 'ідентифікаційний', 'rnokpp'),
  bare: 0,
  shaped: 0,
  named: 0.95,
})

export const ruSnils = defineCode({
  rule: 'ru-snils',
  category: 'national-id',
  shapes: ['11', '3-3-3 2', '3-3-3-2'],
  valid: (code) => (weighted(code, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(code.slice(9)),
  context: words('снилс', 'snils'),
  bare: 0,
  shaped: 0.85,
  named: 0.97,
})

export const ruInn = defineCode({
  rule: 'ru-inn',
  category: 'national-id',
  shapes: ['12'],
  valid: (code) =>
    (weighted(code, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === Number(code[10]) &&
    (weighted(code, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === Number(code[11]),
  context: words('инн', 'inn'),
  bare: 0.3,
  shaped: 0.3,
  named: 0.95,
})

export const grAmka = defineCode({
  rule: 'gr-amka',
  category: 'national-id',
  shapes: ['11'],
  valid: (code) => isDay(two(code, 4), two(code, 2), two(code, 0)) && luhn(code),
  context: words('amka', 'αμκα'),
  bare: 0.4,
  shaped: 0.4,
  named: 0.97,
})
