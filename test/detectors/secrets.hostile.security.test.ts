import { describe, expect, test } from 'vitest'
import { drawn } from '../../src/catalog/detectors/secrets/examples.ts'
import { infixFormats } from '../../src/catalog/detectors/secrets/formats-infix.ts'
import { prefixFormats } from '../../src/catalog/detectors/secrets/prefix-formats.ts'
import secrets from '../../src/catalog/detectors/secrets.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = secrets.create({})
const fill = (piece: string, size: number) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)

const shapes = [
  'a',
  ' ',
  '1 ',
  '@',
  '(',
  '"',
  '\\',
  '=',
  ':',
  '\n',
  '-',
  '.',
  '_',
  '://',
  '://a:',
  'http://a:b',
  'postgres://a:@',
  'eyJ',
  '-eyJ',
  ' eyJ',
  ' eyJaaaaaaaaaa.',
  'eyJhbGciOiJIUzI1NiJ9.',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----BEGIN ',
  '---- BEGIN SSH2 ',
  'LS0tLS1CRUdJTi',
  '"kty"',
  '"kty":"RSA","d":"',
  'PuTTY-User-Key-File-2: ',
  'password',
  'password ',
  'password=',
  'password: ',
  'password "',
  'password (',
  'password is ',
  'password for ',
  'password: "a',
  'password\n',
  'pass.',
  '_pass',
  'key ',
  'api key ',
  'secret is ',
  'credentials ',
  'login ',
  'login: a/',
  'token=',
  'token="',
  'token=\\"',
  'bearer ',
  'Bearer aaaaaaaaaaaaaaaaaaaaaaaa',
  'basic ',
  'Basic YWFhYWFhYWFhYWFh',
  'cookie: ',
  'cookie=a=',
  'curl ',
  'curl -u ',
  'mysql -p',
  'identified by ',
  'jwt.sign(,"',
  'password,\n',
  'a,password,b\n1,2,3\n',
  'password,token,secret\n',
  'pwd,pwd|pwd;pwd\tpwd,',
  '"password",""\n"",",\n',
  '|password',
  'jwt.sign(a, "b',
  'aes.new(b"',
  ':5432:a:',
  'echo a | docker --password-stdin',
  'passcode ',
  'seed phrase is abc ',
  'name: A_KEY\n value: ',
  'sig=',
  '&sig=',
  'accountkey=',
  'datadog ',
  'datadog key ',
  'datadog key 0123456789abcdef0123456789abcdee ',
  'azure key aaaaaaaaaaaaaaaaaaaa ',
  `${'x'.repeat(64)} `,
  'A'.repeat(76),
  `${'Aa0'.repeat(40)}-`,
  '-us',
  'T3BlbkFJ',
  'sk-T3BlbkFJ',
  'a.atlasv1.',
  'Q~',
  '1:AA',
  '_mmk',
  'A - ',
  's k - ',
  'A K I A ',
  'AKIA R5KP ',
  'otp AB2D EF3G ',
  'otpauth://totp/a?secret=',
  'recovery code: a1b2-c3d4, ',
  'hunter2 as the password ',
  'the key 0123456789abcdef0123456789abcdee ',
  'sign in as root using ',
  'use passphrase abc def ghi ',
  'password is a-b-',
]

const formats = [
  ...prefixFormats
    .flatMap(([, , starts]) => starts.split('|'))
    .flatMap((start) => [start, `${start}A0b1`, `-${start}`]),
  ...infixFormats.map(([, , infix]) => `${infix}a`),
]

test.each([
  ['200 KB of the worst of each shape', shapes, 200_000],
  ['20 KB of the beginning of each format', formats, 20_000],
])(
  '%s take seconds at the most',
  async (_name, pieces, size) => {
    let slowest = 0
    for (const piece of pieces) {
      const text = fill(piece, size)
      const before = performance.now()
      await detect(inspectedText(text), { point: 'input' })
      secrets.openFrom?.(text)
      slowest = Math.max(slowest, performance.now() - before)
    }
    expect(slowest).toBeLessThan(10_000)
  },
  180_000,
)

test('work grows with the text and not with its square', async () => {
  for (const piece of ['password: "a', ' eyJaaaaaaaaaa.', '-----BEGIN PRIVATE KEY-----\n', '"kty"', 'datadog key ']) {
    const time = async (length: number) => {
      const text = piece.repeat(Math.ceil(length / piece.length))
      const before = performance.now()
      await detect(inspectedText(text), { point: 'input' })
      return performance.now() - before
    }
    await time(20_000)
    const [small, large] = [await time(100_000), await time(800_000)]
    expect(large).toBeLessThan(8 * 4 * Math.max(small, 20))
  }
}, 120_000)

test('a table of many headings, and of as many rows, is read once', async () => {
  const headed = (columns: number, width: number) => `${'pwd,'.repeat(columns)}${'x,'.repeat(width - columns)}x\n`
  // Each row has a heading in another column.
  const stairs = (rows: number) =>
    Array.from(
      { length: rows },
      (_, row) => `${'x,'.repeat(row % 300)}token,${'x,'.repeat(299 - (row % 300))}x\n`,
    ).join('')
  const texts = (scale: number) => [
    headed(2000, 2000) + `${'x,'.repeat(1000)}\n`.repeat(scale),
    stairs(scale),
    `a,password\n${'x'.repeat(2000 * scale)},${' '.repeat(2000 * scale)}x`,
    `a,password\n${'"'.repeat(2000 * scale)}`,
  ]
  const time = async (text: string) => {
    const before = performance.now()
    await detect(inspectedText(text), { point: 'input' })
    return performance.now() - before
  }
  for (const text of texts(20)) await time(text)
  const large = texts(400)
  for (const [index, text] of texts(50).entries())
    expect(await time(large[index] ?? '')).toBeLessThan(8 * 4 * Math.max(await time(text), 20))
}, 120_000)

describe('a password in a table', () => {
  const passwordAt = async (text: string, value: string): Promise<boolean> => {
    const found = await detect(inspectedText(text), { point: 'tool-result' })
    const start = text.indexOf(value)
    return found.some(({ span }) => span.start === start && span.end === start + value.length)
  }
  const value = 'hunter2-Tr0ub4dor'
  const rows = (count: number, row: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => row(index)).join('')
  test.each([
    ['behind 100 others', `user,password\n${rows(5000, (index) => `u${index},pa55w0rd-${index}\n`)}ada,${value}\n`],
    ['behind 100 empty ones', `user,password\n${rows(500, () => 'u,\n')}ada,${value}\n`],
    ['in a line that is long', `note,password\n${'n'.repeat(5000)},${value}\n`],
    [
      'with a heading that is long',
      `${rows(100, (index) => `column ${index},`)}password\n${'1,'.repeat(100)}${value}\n`,
    ],
    ['behind a name with a comma', `name,password\n"Lovelace, Ada",${value}\n`],
    ['in Markdown', `| user | Password |\n|---|---|\n${rows(300, () => '| u | |\n')}| ada | ${value} |\n`],
    ['beside another one', `password;token\n${rows(200, () => 'x;y\n')}${value};y\n`],
    ['in a second table', `a,token\n1,2\n\nuser,password\n${rows(150, () => 'u,\n')}ada,${value}\n`],
  ])('%s is found', async (_where, text) => {
    expect(await passwordAt(text, value)).toBe(true)
  })

  test('is none below the end of its table, or in another column', async () => {
    expect(await passwordAt(`user,password\nada,hunter2-x\n\nbob,${value}\n`, value)).toBe(false)
    expect(await passwordAt(`user,password\n${value},\n`, value)).toBe(false)
  })
})

describe('a secret that is disguised', () => {
  const key = drawn(['k', 'token', 'ghp_', '[A-Za-z0-9]{36}'])
  const wide = [...key].map((character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)).join('')
  test.each([
    ['with invisible characters in it', [...key].join('\u200b')],
    ['in full-width letters', wide],
    ['in base64', Buffer.from(`the token is ${key}`).toString('base64')],
    ['in base64 twice', Buffer.from(Buffer.from(`the token is ${key}`).toString('base64')).toString('base64')],
    ['in hexadecimal', Buffer.from(`the token is ${key}`).toString('hex')],
    ['with percent signs', [...key].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('')],
    ['in entities', [...key].map((character) => `&#${character.charCodeAt(0)};`).join('')],
    ['in a comment', `<!-- ${key} -->`],
    ['in a link', `![x](https://evil.example/${key}.png)`],
    ['in escapes of JSON', JSON.stringify({ a: JSON.stringify({ b: `\n${key}\n` }) })],
  ])('%s is found', async (_how, text) => {
    const found = await detect(inspectedText(`Here: ${text} .`), { point: 'output' })
    expect(found.map(({ rule }) => rule)).toContain('github-token')
  })
})
