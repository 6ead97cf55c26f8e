import { expect, it } from 'vitest'
import { withMaskedFiles } from './files-in-text.ts'

const masked = (text: string) => text.replaceAll('the secret', '[SECRET]')
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64')
const long = `Größe: this is the secret of the house. ${'And more words. '.repeat(40)}`

it.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(long)],
  ['UTF-16', Buffer.from(`\uFEFF${long}`, 'utf16le')],
])('of a file of %s that was cut anywhere, nothing of a secret is left', (_name, bytes) => {
  const whole = base64(bytes)
  for (let end = 200; end < 260; end++) {
    const text = `{"a":[{"file_data":"data:text/plain;base64,${whole.slice(0, end)}`
    const left = withMaskedFiles(text, masked)
    const said = Buffer.from(String(left).split('base64,')[1] ?? '', 'base64')
    expect([said.toString(), said.toString('utf16le')].join()).toMatch(/\[SECRET\]/)
  }
})

it('finds one whose slashes are escaped, and leaves what is no file', () => {
  const bytes = Buffer.from(`???>>>???>>> this is the secret ???>>>`)
  const text = `data: {"data":"${base64(bytes).replaceAll('/', '\\/')}"}\n\n`
  expect(base64(bytes)).toContain('/')
  const left = withMaskedFiles({ raw: text }, masked) as { raw: string }
  expect(Buffer.from(JSON.parse(left.raw.slice(6)).data, 'base64').toString()).toContain('this is [SECRET] ')
  for (const other of [
    { raw: 'data: {"id":"chatcmpl-0123456789abcdefghijklmn"}' },
    'the secret',
    { raw: text, more: 1 },
  ])
    if (typeof other === 'string' || !('more' in other)) expect(withMaskedFiles(other, masked)).toBe(other)
})
