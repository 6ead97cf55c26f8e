import { expect, test } from 'vitest'
import pii from '../../src/catalog/detectors/pii.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = pii.create({})

async function found(text: string): Promise<readonly string[]> {
  const findings = await detect(inspectedText(text), { point: 'input' })
  return findings
    .filter(({ score }) => score >= 0.5)
    .map(({ rule, span }) => `${rule}: ${text.slice(span.start, span.end)}`)
}

test.each([
  ['https://a.example/?u=zofia.nowak@gmail.com', 'zofia.nowak@gmail.com'],
  ['https://a.example?u=zofia.nowak@gmail.com', 'zofia.nowak@gmail.com'],
  ['https://a.example/?x=1&u=zofia.nowak@gmail.com&y=2', 'zofia.nowak@gmail.com'],
  ['https://a.example/?u=zofia.nowak%40gmail.com', 'zofia.nowak%40gmail.com'],
  ['https://a.example/?next=a%3Fu%3Dzofia.nowak@gmail.com', 'zofia.nowak@gmail.com'],
  ['login user=zofia.nowak@gmail.com ok', 'zofia.nowak@gmail.com'],
  ["send(to='zofia.nowak@gmail.com')", 'zofia.nowak@gmail.com'],
  ['https://a.example/#zofia.nowak@gmail.com', 'zofia.nowak@gmail.com'],
  ['Write to zofia+list%2Bnews@gmail.com now', 'zofia+list%2Bnews@gmail.com'],
  ['from bounces+zofia=gmail.com@lists.acme.org', 'bounces+zofia=gmail.com@lists.acme.org'],
])('an address of mail begins behind the name of its parameter: %s', async (text, address) => {
  expect(await found(text)).toEqual([`email: ${address}`])
})

test.each([
  'https://calendar.google.com/calendar/render?action=TEMPLATE&text=Call&dates=20310101',
  'https://calendar.google.com/calendar/render?text=Call+me&dates=20310101/20310102&ctz=Europe/Berlin',
  'https://a.example/?text=hello&id=48392017',
  'Call the office, the backup of 20310101 is broken.',
])('dates and numbers of links are no phone numbers: %s', async (text) => {
  expect((await found(text)).filter((one) => one.startsWith('phone'))).toEqual([])
})

test.each([
  'https://a.example/?phone=48392017',
  'https://api.whatsapp.com/send?phone=4915112345678&text=hi',
  'Telefon: 20310101',
  'Call me on 48392017.',
])('numbers named as phones are: %s', async (text) => {
  expect((await found(text)).some((one) => one.startsWith('phone'))).toBe(true)
})
