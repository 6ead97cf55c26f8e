import { defineCode } from './code-kind.ts'
import { words } from './context.ts'

/** A post code that is said to be one. */
export const namedPostCode = defineCode({
  rule: 'address',
  category: 'location',
  shapes: ['5-4', '3-4', '2-3', '5-3', '3 2', '6', '7'],
  pattern: /[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}/,
  context: words(
    'zip(?: ?codes?)?',
    'post(?:al)? ?codes?',
    'plz',
    'postleitzahl',
    'code postal',
    'c[óo]digo postal',
    'cep',
    'postcode',
    'postnummer',
    'kod pocztowy',
    'posta kodu',
    'индекс',
    '邮编',
    '邮政编码',
    '郵便番号',
    '우편번호',
  ),
  bare: 0,
  shaped: 0,
  named: 0.78,
})
