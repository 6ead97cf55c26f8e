import { isIPv6 } from 'node:net'
import { contextOf, nearness, words } from './context.ts'
import type { NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

const named = words(
  'ip\\S{0,8}',
  'ipv[46]',
  'address\\w*',
  'hosts?',
  'servers?',
  'clients?',
  'from',
  'login',
  'remote',
  'peer',
  'visitor',
  'connected',
  'connection',
  'ping',
  'ssh',
  'traffic',
  'requests?',
  'adresse',
  'direcci[óo]n',
  'indirizzo',
  'адрес\\S*',
)
const versions =
  /(?:\bversions?|\bver|\bv|\brelease|\bbuild|\bfirmware|\bupdate|\bdriver|\bsection|\bchapter|\bschema|§|\/|\^|~|==|>=|<=)[\s:=."']{0,3}$/

export function ipv4Addresses(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  for (const { groups, separators } of runs) {
    for (let first = 0; first + 3 < groups.length; first++) {
      if (separators[first] !== '.' || separators[first - 1] === '.') continue
      if (separators[first + 1] !== '.' || separators[first + 2] !== '.' || separators[first + 3] === '.') continue
      const start = groups[first]?.start ?? 0
      const end = groups[first + 3]?.end ?? 0
      const score = end - start > 15 ? undefined : scoreOfIpv4(text, start, end)
      if (score !== undefined) found.push({ rule: 'ipv4', category: 'network', score, start, end })
    }
  }
  return found
}

const wellKnown = new Set(['8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9', '1.2.3.4'])

function scoreOfIpv4(text: string, start: number, end: number): number | undefined {
  const address = text.slice(start, end)
  if (!/^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/.test(address))
    return undefined
  if (/^(?:0|127|22[4-9]|2[345]\d)\./.test(address) || wellKnown.has(address)) return undefined
  if (/[\w.-]/.test(text[start - 1] ?? ' ') || /[\w-]/.test(text[end] ?? ' ')) return undefined
  const context = contextOf(text, start, end)
  const near = nearness(named, context)
  const isScheme = context.before.endsWith('//')
  if (!isScheme && versions.test(context.before)) return undefined
  if (
    /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      address,
    )
  )
    return 0.4
  const base = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./.test(address)
    ? 0.6
    : /^\d(?:\.\d){3}$/.test(address)
      ? 0.4
      : 0.8
  return near === undefined ? base : base + 0.15
}

const longest = 45

/** IPv6 and MAC addresses: what stands around colons. */
export function colonAddresses(text: string): Sighting[] {
  const found: Sighting[] = []
  for (let colon = text.indexOf(':'); colon >= 0; ) {
    const start = walk(text, colon, -1)
    const end = walk(text, colon, 1)
    const sighting = end - start >= 6 ? judge(text, start, end) : undefined
    if (sighting !== undefined) found.push(sighting)
    colon = text.indexOf(':', Math.max(end, colon + 1))
  }
  return found
}

function walk(text: string, from: number, step: 1 | -1): number {
  let place = step === 1 ? from : from - 1
  for (let steps = 0; steps < longest; steps++, place += step) {
    const unit = text.charCodeAt(place)
    const isPart =
      (unit >= 0x30 && unit <= 0x3a) ||
      (unit >= 0x61 && unit <= 0x66) ||
      (unit >= 0x41 && unit <= 0x46) ||
      unit === 0x2e
    if (!isPart) break
  }
  return step === 1 ? place : place + 1
}

const mac = /^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/i

function judge(text: string, start: number, walked: number): Sighting | undefined {
  let end = walked
  while (end > start && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end--
  if (/[\w-]/.test(text[start - 1] ?? ' ') || /[\w-]/.test(text[end] ?? ' ')) return undefined
  const address = text.slice(start, end)
  if (mac.test(address)) return macSighting(address, start, end)
  if (address.length < 7 || (address.match(/:/g)?.length ?? 0) < 2 || !/\d/.test(address) || !isIPv6(address))
    return undefined
  if (/^::|^(?:[0:]+)$/.test(address)) return undefined
  const score = /^f[cde]/i.test(address) ? 0.4 : /^2001:0?db8:/i.test(address) ? 0.6 : 0.9
  return { rule: 'ipv6', category: 'network', score, start, end }
}

const joined = /^(?:[0-9A-F]{2}(?:-[0-9A-F]{2}){5}|(?=[\d.]*[A-F])[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4})$/i

/** MAC addresses with hyphens, and those of Cisco with full stops. */
export function joinedMacs(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  let done = -1
  for (const { groups } of runs) {
    for (const group of groups) {
      if (group.start < done) continue
      const start = macEdge(text, group.start, -1)
      const end = macEdge(text, group.end, 1)
      done = end
      if (end - start !== 17 && end - start !== 14) continue
      if (/\w/.test(text[start - 1] ?? ' ') || /\w/.test(text[end] ?? ' ')) continue
      const sighting = joined.test(text.slice(start, end)) ? macSighting(text.slice(start, end), start, end) : undefined
      if (sighting !== undefined) found.push(sighting)
    }
  }
  return found
}

function macEdge(text: string, from: number, step: 1 | -1): number {
  let place = step === 1 ? from : from - 1
  for (let steps = 0; steps < 18 && isMacUnit(text, place); steps++) place += step
  return step === 1 ? place : place + 1
}

function isMacUnit(text: string, place: number): boolean {
  const unit = text.charCodeAt(place)
  if ((unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x46) || (unit >= 0x61 && unit <= 0x66)) return true
  // A full stop at the end is one of the sentence.
  return unit === 0x2d || (unit === 0x2e && /[0-9A-Fa-f]/.test(text[place + 1] ?? ''))
}

function macSighting(address: string, start: number, end: number): Sighting | undefined {
  const digits = address.replace(/[^0-9A-Fa-f]/g, '').toLowerCase()
  if (/^(.)\1+$/.test(digits)) return undefined
  const isDocumentation = digits === '001122334455' || digits === 'aabbccddeeff' || digits.startsWith('00005e0053')
  return { rule: 'mac', category: 'network', score: isDocumentation ? 0.5 : 0.9, start, end }
}
