import { createHash } from 'node:crypto'
import { keccak256 } from './keccak.ts'

/** EIP-55: letters are capital where the hash of the address has a high half-byte. */
export function hasEthereumCheck(digits: string): boolean {
  const hash = keccak256(digits.toLowerCase())
  return [...digits].every(
    (digit, place) => !/[a-f]/i.test(digit) || digit < 'a' === Number.parseInt(hash[place] ?? '0', 16) > 7,
  )
}

const bitcoinAlphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const rippleAlphabet = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'

export function base58(word: string, alphabet = bitcoinAlphabet): Buffer | undefined {
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

/** Base58Check: 20 bytes of a hash behind the bytes that name its chain. */
export function hasBase58Check(word: string, chainBytes = 1, alphabet = bitcoinAlphabet): boolean {
  const bytes = base58(word, alphabet)
  const size = chainBytes + 20
  if (bytes?.length !== size + 4) return false
  return hash('sha256', hash('sha256', bytes.subarray(0, size)))
    .subarray(0, 4)
    .equals(bytes.subarray(size))
}

export function hasRippleCheck(word: string): boolean {
  return hasBase58Check(word, 1, rippleAlphabet)
}

/** SS58 of accounts of 32 bytes: BLAKE2b over its name and the address. */
export function hasPolkadotCheck(word: string): boolean {
  const bytes = base58(word)
  if (bytes?.length !== 35) return false
  const sum = hash('blake2b512', Buffer.concat([Buffer.from('SS58PRE'), bytes.subarray(0, 33)]))
  return sum.subarray(0, 2).equals(bytes.subarray(33))
}

const bechAlphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 and BIP 350. */
export function hasBech32Check(word: string): boolean {
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

const cashGenerators = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n]

/** CashAddr, of addresses that may stand without their prefix. */
export function hasCashCheck(word: string): boolean {
  const values = [
    ...[...'bitcoincash'].map((sign) => sign.charCodeAt(0) & 31),
    0,
    ...[...word].map((sign) => bechAlphabet.indexOf(sign)),
  ]
  let check = 1n
  for (const value of values) {
    const top = check >> 35n
    check = ((check & 0x7_ffff_ffffn) << 5n) ^ BigInt(value)
    for (const [place, generator] of cashGenerators.entries()) if ((top >> BigInt(place)) & 1n) check ^= generator
  }
  return check === 1n
}

/** SEP-23: CRC-16 behind the key, low byte first. */
export function hasStellarCheck(word: string): boolean {
  const bytes = base32(word)
  return crc16(bytes.subarray(0, -2)) === bytes.readUInt16LE(bytes.length - 2)
}

export function hasAlgorandCheck(word: string): boolean {
  const bytes = base32(word)
  return hash('sha512-256', bytes.subarray(0, 32)).subarray(-4).equals(bytes.subarray(32, 36))
}

/** TEP-2: CRC-16 behind flags, chain and hash, high byte first. */
export function hasTonCheck(word: string): boolean {
  const bytes = Buffer.from(word, 'base64url')
  return bytes.length === 36 && crc16(bytes.subarray(0, 34)) === bytes.readUInt16BE(34)
}

function base32(word: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const sign of word) {
    held = ((held << 5) | 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  return Buffer.from(bytes)
}

/** CRC-16/XMODEM */
function crc16(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) sum = ((sum & 0x8000) === 0 ? sum << 1 : (sum << 1) ^ 0x1021) & 0xffff
  }
  return sum
}

function hash(algorithm: string, bytes: Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest()
}
