import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Brazil: two check digits modulo 11. */
export const brCpf = defineCode({
  rule: 'br-cpf',
  category: 'national-id',
  shapes: ['11', '3.3.3-2', '9-2', '3.3.3.2', '3 3 3 2'],
  valid: (code) => {
    const first = (weighted(code, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11
    const second = (weighted(code, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11
    return first % 10 === Number(code[9]) && second % 10 === Number(code[10])
  },
  context: words('cpf', 'cadastro de pessoas?', 'contribuinte'),
  bare: 0.55,
  shaped: 0.95,
  named: 0.98,
})

export const brCnpj = defineCode({
  rule: 'br-cnpj',
  category: 'national-id',
  shapes: ['14', '2.3.3/4-2'],
  valid: (code) => {
    const check = (weights: readonly number[]) => {
      const rest = weighted(code, weights) % 11
      return rest < 2 ? 0 : 11 - rest
    }
    return (
      check([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(code[12]) &&
      check([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(code[13])
    )
  },
  context: words('cnpj', 'cadastro nacional', 'empresa'),
  bare: 0.6,
  shaped: 0.95,
  named: 0.98,
})

/** Mexico CURP: name, birth date, sex, state, consonants, check digit. */
export const mxCurp = defineCode({
  rule: 'mx-curp',
  category: 'national-id',
  pattern:
    /[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX](?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d/,
  context: words('curp', 'clave [úu]nica'),
  bare: 0.95,
  shaped: 0.95,
  named: 0.99,
})

/** Mexico RFC of a person: name, birth date, three signs. */
export const mxRfc = defineCode({
  rule: 'mx-rfc',
  category: 'national-id',
  pattern: /[A-ZÑ&]{4}[- ]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[- ]?[A-Z\d]{2}[A\d]/,
  context: words('rfc', 'registro federal', 'contribuyentes?', 'sat'),
  bare: 0.7,
  shaped: 0.65,
  named: 0.95,
})

/** Argentina CUIT and CUIL: kind, DNI, modulo 11. */
export const arCuit = defineCode({
  rule: 'ar-cuit',
  category: 'national-id',
  shapes: ['11', '2-8-1', '2 8 1'],
  valid: (code) => {
    const rest = 11 - (weighted(code, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)
    return /^(?:2[03457]|3[034])/.test(code) && (rest === 11 ? 0 : rest === 10 ? 9 : rest) === Number(code[10])
  },
  context: words('cuit', 'cuil', 'afip', 'arca'),
  bare: 0.4,
  shaped: 0.9,
  named: 0.97,
})

export const arDni = defineCode({
  rule: 'ar-dni',
  category: 'national-id',
  shapes: ['8', '2.3.3', '7'],
  context: words('dni', 'documento'),
  bare: 0,
  shaped: 0.3,
  named: 0.85,
})

/** Chile RUT: digits and a check sign modulo 11, K for ten. */
export const clRut = defineCode({
  rule: 'cl-rut',
  category: 'national-id',
  shapes: ['2.3.3-1', '1.3.3-1', '8-1', '7-1'],
  pattern: /(?:\d{1,2}\.\d{3}\.\d{3}|\d{7,8})-K/,
  valid: (code) => {
    let sum = 0
    for (let place = 0; place < code.length - 1; place++)
      sum += Number(code[code.length - 2 - place]) * (2 + (place % 6))
    return '0K987654321'[sum % 11] === code.at(-1)
  },
  context: words('rut', 'run', 'rol [úu]nico', 'c[ée]dula'),
  bare: 0.5,
  shaped: 0.75,
  named: 0.97,
})

/** Colombia: a cedula has no check digit and is known by its name only. */
export const coCedula = defineCode({
  rule: 'co-cedula',
  category: 'national-id',
  shapes: ['8', '10', '2.3.3', '1.3.3.3'],
  context: words('c[ée]dula\\w*(?: de ciudadan[íi]a)?', 'c\\.c\\.', 'cc', 'ciudadan[íi]a', 'documento de identidad'),
  bare: 0,
  shaped: 0.3,
  named: 0.85,
})

/** Colombia NIT: digits and a check digit. */
export const coNit = defineCode({
  rule: 'co-nit',
  category: 'national-id',
  shapes: ['9-1', '3.3.3-1', '10'],
  valid: (code) => {
    const rest = weighted(code, [41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11
    return (rest < 2 ? rest : 11 - rest) === Number(code[9])
  },
  context: words('nit', 'dian', 'tributaria'),
  bare: 0,
  shaped: 0.6,
  named: 0.93,
})
