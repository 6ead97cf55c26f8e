import { weighted } from './checksums.ts'
import { defineCode } from './code-kind.ts'
import { words } from './context.ts'

/** ABA: Federal Reserve district, weights 3 7 1. */
export const abaRouting = defineCode({
  rule: 'us-routing',
  category: 'financial',
  shapes: ['9', '4-4-1'],
  valid: (code) =>
    /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(code) &&
    code !== '000000000' &&
    weighted(code, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
  context: words('routing\\w*', 'aba', 'rtn', 'transit(?: number)?', 'ach', 'wire', 'fedwire'),
  bare: 0,
  shaped: 0,
  named: 0.92,
})

export const ukSortCode = defineCode({
  rule: 'uk-sort-code',
  category: 'financial',
  shapes: ['2-2-2', '6', '2 2 2'],
  context: words('sort ?codes?'),
  bare: 0,
  shaped: 0,
  named: 0.88,
})

export const auBsb = defineCode({
  rule: 'au-bsb',
  category: 'financial',
  shapes: ['3-3', '6', '3 3'],
  context: words('bsb'),
  bare: 0,
  shaped: 0,
  named: 0.9,
})

export const inIfsc = defineCode({
  rule: 'in-ifsc',
  category: 'financial',
  pattern: /[A-Z]{4}0[A-Z0-9]{6}/,
  valid: (code) => /\d{4}/.test(code),
  context: words('ifsc', 'branch', 'neft', 'rtgs', 'imps', 'bank'),
  bare: 0.5,
  shaped: 0.5,
  named: 0.9,
})

/** Mexico CLABE: bank, place, account, weights 3 7 1 each modulo 10. */
export const mxClabe = defineCode({
  rule: 'mx-clabe',
  category: 'financial',
  shapes: ['18', '3 3 11 1'],
  valid: (code) => {
    let sum = 0
    for (let place = 0; place < 17; place++) sum += (Number(code[place]) * ([3, 7, 1][place % 3] ?? 0)) % 10
    return (10 - (sum % 10)) % 10 === Number(code[17])
  },
  context: words('clabe', 'interbancaria', 'cuenta'),
  bare: 0.4,
  shaped: 0.6,
  named: 0.95,
})
