import { createHash } from 'node:crypto'
import { contextOf, nearness, words } from './context.ts'
import { keccak256 } from './keccak.ts'
import type { NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

const shortest = 25
const longest = 110
const named = words(
  'wallets?',
  'address',
  'btc',
  'bitcoin',
  'eth',
  'ethereum',
  'crypto\\w*',
  'usdt',
  'usdc',
  'solana',
  'sol',
  'litecoin',
  'ltc',
  'doge\\w*',
  'xrp',
  'ripple',
  'tron',
  'trx',
  'monero',
  'xmr',
  'cardano',
  'ada',
  'coins?',
  'deposit',
  'send',
  'кошел\\S*',
  '钱包\\S*',
)

/** Addresses of crypto wallets: long words with digits, judged by their own check sums. */
export function cryptoWallets(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  let done = -1
  for (const { groups } of runs) {
    for (const group of groups) {
      if (!group.isJoined || group.start < done) continue
      const start = edge(text, group.start, -1)
      const end = edge(text, group.end, 1)
      done = end
      if (end - start < shortest || end - start > longest) continue
      const score = scoreOf(text, start, end)
      if (score !== undefined) found.push({ rule: 'crypto-wallet', category: 'crypto', score, start, end })
    }
  }
  return found
}

function edge(text: string, from: number, step: 1 | -1): number {
  let place = step === 1 ? from : from - 1
  for (let steps = 0; steps <= longest && isAlphanumeric(text.charCodeAt(place)); steps++) place += step
  return step === 1 ? place : place + 1
}

function isAlphanumeric(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)
}

function scoreOf(text: string, start: number, end: number): number | undefined {
  const word = text.slice(start, end)
  const isNamed = () => nearness(named, contextOf(text, start, end)) !== undefined
  if (/^0x[0-9a-f]{40}$/i.test(word)) {
    if (/^0x(.)\1{38}/.test(word)) return undefined
    const digits = word.slice(2)
    if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return isNamed() ? 0.9 : 0.7
    return hasEthereumCheck(digits) ? 0.98 : isNamed() ? 0.6 : 0.4
  }
  if (/^(?:bc1|tb1|ltc1|BC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{20,80}$/.test(word))
    return hasBech32Check(word.toLowerCase()) ? 0.98 : isNamed() ? 0.7 : 0.4
  if (/^addr1[02-9ac-hj-np-z]{50,103}$/.test(word)) return hasBech32Check(word) ? 0.98 : 0.6
  if (/^[13LMDAT][1-9A-HJ-NP-Za-km-z]{24,33}$/.test(word) && hasBase58Check(word, bitcoinAlphabet)) return 0.98
  if (/^r[1-9A-HJ-NP-Za-km-z]{24,34}$/.test(word) && hasBase58Check(word, rippleAlphabet)) return 0.98
  if (/^[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}$/.test(word)) return 0.85
  if (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && isNamed()) {
    return base58(word, bitcoinAlphabet)?.length === 32 ? 0.75 : undefined
  }
  return /^[13][1-9A-HJ-NP-Za-km-z]{25,33}$/.test(word) && isNamed() ? 0.55 : undefined
}

/** EIP-55: letters are capital where the hash of the address has a high half-byte. */
function hasEthereumCheck(digits: string): boolean {
  const hash = keccak256(digits.toLowerCase())
  return [...digits].every(
    (digit, place) => !/[a-f]/i.test(digit) || digit < 'a' === Number.parseInt(hash[place] ?? '0', 16) > 7,
  )
}

const bitcoinAlphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const rippleAlphabet = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'

function base58(word: string, alphabet: string): Uint8Array | undefined {
  let number = 0n
  for (const sign of word) {
    const value = alphabet.indexOf(sign)
    if (value < 0) return undefined
    number = number * 58n + BigInt(value)
  }
  const hex = number.toString(16)
  const noughts = word.length - word.replace(new RegExp(`^${alphabet[0]}+`), '').length
  return Buffer.concat([Buffer.alloc(noughts), Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')])
}

function hasBase58Check(word: string, alphabet: string): boolean {
  const bytes = base58(word, alphabet)
  if (bytes?.length !== 25) return false
  const hash = sha256(sha256(bytes.subarray(0, 21)))
  return hash.subarray(0, 4).equals(bytes.subarray(21))
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

const bechAlphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 and BIP 350. */
function hasBech32Check(word: string): boolean {
  const split = word.lastIndexOf('1')
  const prefix = word.slice(0, split)
  const values = [...word.slice(split + 1)].map((sign) => bechAlphabet.indexOf(sign))
  const expanded = [
    ...[...prefix].map((sign) => sign.charCodeAt(0) >> 5),
    0,
    ...[...prefix].map((sign) => sign.charCodeAt(0) & 31),
    ...values,
  ]
  let check = 1
  for (const value of expanded) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let place = 0; place < 5; place++) if ((top >> place) & 1) check ^= generators[place] ?? 0
  }
  return check === 1 || check === 0x2bc830a3
}
