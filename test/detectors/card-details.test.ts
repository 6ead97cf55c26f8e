import { expect, test } from 'vitest'
import pii from '../../src/catalog/detectors/pii.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = pii.create({})
const number = '4539 5787 6362 1486'

async function details(text: string): Promise<readonly string[]> {
  const found = await detect(inspectedText(text), { point: 'input' })
  return found
    .filter(({ rule }) => rule.startsWith('card-'))
    .map(({ rule, span }) => `${rule.slice(5)} ${text.slice(span.start, span.end)}`)
}

test.each<[string, readonly string[]]>([
  [`${number}, exp 11/27, cvv 123`, ['expiry 11/27', 'security-code 123']],
  [`${number} 11/27 123`, ['expiry 11/27', 'security-code 123']],
  [`${number}\n11/2027\n1234`, ['expiry 11/2027', 'security-code 1234']],
  [`CVC: 482. Expires 03/29. Number: ${number}`, ['security-code 482', 'expiry 03/29']],
  [`{"cvc2":"482","card":"${number}","expiry":"2029-03"}`, ['security-code 482', 'expiry 2029-03']],
  [`${number} (valid thru 03 / 29)`, ['expiry 03 / 29']],
  [`Carte ${number}, expire le 03/29, cryptogramme 482`, ['expiry 03/29', 'security-code 482']],
  [
    `${number} 11/27 123 and ${number} 12/28 456`,
    ['expiry 11/27', 'security-code 123', 'expiry 12/28', 'security-code 456'],
  ],
])('%s', async (text, expected) => {
  expect(await details(text)).toEqual(expected)
})

test.each([
  `${number} was charged on 11/27/2026.`,
  `${number} was charged $ 123.45.`,
  `${number}, 123 Main Street`,
  `${number}, order 123, 20 % off`,
  `${number} and chapter 11, page 27`,
  `Card ${number}: 3 of 12 payments of 1234 euros.`,
  `The cvv of ${number} has 3 digits.`,
  `${number} bought ${'one more book. '.repeat(20)} It expires 11/27.`,
])('%s: nothing of a card beside its number', async (text) => {
  expect(await details(text)).toEqual([])
})

test('what is read out of a text with a million digits stays in proportion', async () => {
  const text = `${number} cvv `.repeat(5000)
  const found = await detect(inspectedText(text), { point: 'input' })
  expect(found.length).toBeLessThanOrEqual(10_000)
})
