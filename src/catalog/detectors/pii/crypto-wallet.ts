import { contextOf, nearness, words } from './context.ts'
import type { NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'
import {
  base58,
  hasAlgorandCheck,
  hasBase58Check,
  hasBech32Check,
  hasCashCheck,
  hasEthereumCheck,
  hasPolkadotCheck,
  hasRippleCheck,
  hasStellarCheck,
  hasTonCheck,
} from './wallet-checks.ts'

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
  'zcash',
  'zec',
  'bch',
  'xlm',
  'algorand',
  'polkadot',
  'toncoin',
  'coins?',
  'deposit',
  'send',
  'кошел\\S*',
  '钱包\\S*',
)

/** A chain whose addresses have a check sum; who fails it has none. */
interface Chain {
  readonly name: string
  readonly pattern: RegExp
  hasCheck(word: string): boolean
}

const inBase58 = '[1-9A-HJ-NP-Za-km-z]'
const inBech32 = '[02-9ac-hj-np-z]'
const chains: readonly Chain[] = [
  { name: 'Bitcoin', pattern: chain(`[13]${inBase58}{24,33}`), hasCheck: hasBase58Check },
  { name: 'Litecoin', pattern: chain(`[LM]${inBase58}{24,33}`), hasCheck: hasBase58Check },
  { name: 'Dogecoin', pattern: chain(`[DA9]${inBase58}{24,33}`), hasCheck: hasBase58Check },
  { name: 'Dash', pattern: chain(`[X7]${inBase58}{24,33}`), hasCheck: hasBase58Check },
  { name: 'TRON', pattern: chain(`T${inBase58}{33}`), hasCheck: hasBase58Check },
  { name: 'XRP', pattern: chain(`r${inBase58}{24,34}`), hasCheck: hasRippleCheck },
  { name: 'Zcash', pattern: chain(`t[13]${inBase58}{33}`), hasCheck: (word) => hasBase58Check(word, 2) },
  { name: 'Tezos', pattern: chain(`(?:tz[1-4]|KT1)${inBase58}{33}`), hasCheck: (word) => hasBase58Check(word, 3) },
  { name: 'Bitcoin Cash', pattern: chain(`[qp]${inBech32}{41}`), hasCheck: hasCashCheck },
  {
    name: 'Cosmos',
    pattern: chain(`(?:cosmos|osmo|celestia|terra|juno|sei|inj)1${inBech32}{38,58}`),
    hasCheck: hasBech32Check,
  },
  { name: 'Cardano', pattern: chain(`(?:addr|stake)1${inBech32}{50,103}`), hasCheck: hasBech32Check },
  { name: 'Stellar', pattern: chain('G[A-Z2-7]{55}'), hasCheck: hasStellarCheck },
  { name: 'Algorand', pattern: chain('[A-Z2-7]{58}'), hasCheck: hasAlgorandCheck },
  { name: 'Polkadot', pattern: chain(`[1-9A-HJ]${inBase58}{46,47}`), hasCheck: hasPolkadotCheck },
]

function chain(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`)
}

/** All chains whose wallets are found. */
export const walletChains: readonly string[] = [
  ...chains.map(({ name }) => name),
  'Ethereum',
  'Monero',
  'Solana',
  'TON',
].sort()

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
      const size = end - start
      const score = size < shortest || size > longest ? undefined : scoreOf(text, start, end)
      if (score !== undefined) found.push({ rule: 'crypto-wallet', category: 'crypto', score, start, end })
      else if (mayBeTon(text, start, end)) done = tonAround(text, start, end, found)
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

/** The addresses of TON may have hyphens and underscores between their letters. */
const ton = /^[EUk0]Q[A-Za-z0-9_-]{46}$/
const longestTon = 48

function mayBeTon(text: string, start: number, end: number): boolean {
  return (
    end - start <= longestTon &&
    (isTonJoint(text.charCodeAt(start - 1)) || isTonJoint(text.charCodeAt(end)) || end - start === longestTon)
  )
}

/** Where the search goes on. */
function tonAround(text: string, from: number, to: number, found: Sighting[]): number {
  let start = from
  let end = to
  while (to - start <= longestTon && isOfTon(text.charCodeAt(start - 1))) start--
  while (end - from <= longestTon && isOfTon(text.charCodeAt(end))) end++
  const word = text.slice(start, end)
  if (!ton.test(word) || !hasTonCheck(word)) return to
  found.push({ rule: 'crypto-wallet', category: 'crypto', score: 0.98, start, end })
  return end
}

function isOfTon(unit: number): boolean {
  return isAlphanumeric(unit) || isTonJoint(unit)
}

function isTonJoint(unit: number): boolean {
  return unit === 0x2d || unit === 0x5f
}

function scoreOf(text: string, start: number, end: number): number | undefined {
  const word = text.slice(start, end)
  const isNamed = () => nearness(named, contextOf(text, start, end)) !== undefined
  // A wrong check sum is of no wallet, but of a slip of the pen where the words around speak of one.
  const slip = () => (isNamed() ? 0.45 : undefined)
  if (/^0x[0-9a-f]{40}$/i.test(word)) {
    if (/^0x(.)\1{38}/.test(word)) return undefined
    const digits = word.slice(2)
    if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return isNamed() ? 0.9 : 0.7
    return hasEthereumCheck(digits) ? 0.98 : slip()
  }
  if (/^(?:bc1|tb1|ltc1|BC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{20,80}$/.test(word))
    return hasBech32Check(word.toLowerCase()) ? 0.98 : slip()
  if (chains.some(({ pattern, hasCheck }) => pattern.test(word) && hasCheck(word))) return 0.98
  if (/^addr1[02-9ac-hj-np-z]{50,103}$/.test(word)) return slip()
  if (/^[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}$/.test(word)) return 0.85
  if (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && isNamed()) {
    return base58(word)?.length === 32 ? 0.75 : undefined
  }
  return /^[13][1-9A-HJ-NP-Za-km-z]{25,33}$/.test(word) ? slip() : undefined
}
