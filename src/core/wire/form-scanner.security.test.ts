import { describe, expect, it } from 'vitest'
import { FormScanner } from './form-scanner.ts'

const type = 'multipart/form-data; boundary=x'
const field = 'Content-Disposition: form-data; name="model"'

function read(form: string, contentType = type): string | undefined {
  const scanner = new FormScanner(contentType, ['model'])
  // One byte at a time, so that no answer depends on the network.
  for (const byte of Buffer.from(form, 'latin1')) scanner.push(Buffer.from([byte]))
  scanner.end()
  return scanner.found.get('model')?.value
}

describe('a form that two readers could read differently', () => {
  it.each([
    ['two models', `--x\r\n${field}\r\n\r\na\r\n--x\r\n${field}\r\n\r\nb\r\n--x--`],
    ['two names in one part', `--x\r\n${field}; name="other"\r\n\r\na\r\n--x--`],
    ['a name in two ways', `--x\r\n${field}; name*=UTF-8''other\r\n\r\na\r\n--x--`],
    ['two dispositions', `--x\r\nContent-Disposition: form-data; name="a"\r\n${field}\r\n\r\na\r\n--x--`],
    ['an escape in a name', `--x\r\nContent-Disposition: form-data; name="mod\\el"\r\n\r\na\r\n--x--`],
    [
      'a quote that ends a name or does not',
      `--x\r\nContent-Disposition: form-data; name="a\\"; name="model"\r\n\r\na\r\n--x--`,
    ],
    ['a folded line', `--x\r\nContent-Disposition: form-data;\r\n name="model"\r\n\r\na\r\n--x--`],
    [
      'lines without a carriage return',
      `--x\n${field}\n\nb\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\na\r\n--x--`,
    ],
    ['a head with a bare line feed', `--x\r\nA: b\n${field}\r\n\r\na\r\n--x--`],
    ['a boundary right behind a head', `--x\r\nA: b\r\n\r\n--x\r\n${field}\r\n\r\na\r\n--x--`],
    ['a boundary with something behind it', `--x\r\n${field}\r\n\r\na\r\n--xyz\r\n${field}\r\n\r\nb\r\n--x--`],
    ['parts behind the last boundary', `--x\r\n${field}\r\n\r\na\r\n--x--\r\n--x\r\n${field}\r\n\r\nb\r\n--x--`],
    ['a last boundary that is none', `--x\r\n${field}\r\n\r\na\r\n--x--z\r\n--x\r\n${field}\r\n\r\nb\r\n--x--`],
    ['a preamble', `--y\r\n--x\r\n${field}\r\n\r\na\r\n--x--`],
    ['a value without an end', `--x\r\n${field}\r\n\r\n${'a'.repeat(17 * 1024)}\r\n--x--`],
    ['a head without an end', `--x\r\n${'A: b\r\n'.repeat(4000)}\r\n\r\na\r\n--x--`],
    ['padding without an end', `--x${' '.repeat(1000)}\r\n${field}\r\n\r\na\r\n--x--`],
  ])('is refused: %s', (_, form) => {
    expect(() => read(form)).toThrow(expect.objectContaining({ code: 'invalid_form' }))
  })

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=x; boundary=y',
    'multipart/form-data; boundary="x; boundary=y',
    'multipart/form-data; boundary=x; BOUNDARY="y"',
    'multipart/form-data; boundary="a\\"b"',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ])('is refused: its type is %s', (contentType) => {
    expect(() => read(`--x\r\n${field}\r\n\r\na\r\n--x--`, contentType)).toThrow(
      expect.objectContaining({ code: 'invalid_form' }),
    )
  })
})

it('reads what clients are known to send: an empty line in front, padding, names without quotes, other heads', () => {
  const form = `\r\n--x \t\r\ncontent-type: text/plain\r\ncontent-disposition:form-data;name=model\r\n\r\na\r\n--x--  \r\n\r\n`
  expect(read(form)).toBe('a')
  expect(read('--x\r\n\r\nno name\r\n--x--')).toBeUndefined()
  expect(read(form, 'multipart/form-data; charset=utf-8; boundary="x"')).toBe('a')
})
