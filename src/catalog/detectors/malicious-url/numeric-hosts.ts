/** A host that is an address: written as people write it, or in a way that hides it. */
export type NumericHost = { readonly kind: 'plain' | 'disguised'; readonly address: string }

const plain = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/** By the host parser of the URL standard: one to four parts, each decimal, octal (`0…`) or hexadecimal (`0x…`). */
export function numericHost(host: string): NumericHost | undefined {
  const first = host.charCodeAt(0)
  if (first === 0x5b) return { kind: 'plain', address: host }
  if (!(first >= 0x30 && first <= 0x39)) return undefined
  if (plain.test(host)) return { kind: 'plain', address: host }
  const parts = host.split('.')
  if (parts.length > 4) return undefined
  const numbers = parts.map(numberOf)
  const last = numbers.at(-1)
  if (last === undefined || numbers.some((number) => number === undefined)) return undefined
  if (last >= 256 ** (5 - parts.length)) return undefined
  const value = numbers
    .slice(0, -1)
    .reduce<number>((sum, number, index) => sum + (number ?? 0) * 256 ** (3 - index), last)
  // `1.5` is a version and `10` a number: a short form has to be large to mean an address.
  if (parts.length < 4 && value < 2 ** 24 && !host.includes('0x')) return undefined
  const address = [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.')
  return { kind: 'disguised', address }
}

function numberOf(part: string): number | undefined {
  if (/^0x[0-9a-f]{0,8}$/.test(part)) return Number.parseInt(part.slice(2) || '0', 16)
  if (/^0[0-7]{1,12}$/.test(part)) return Number.parseInt(part, 8)
  return /^\d{1,10}$/.test(part) ? Number(part) : undefined
}

/** Of the machine or of a network at home or in a company: nobody is led there from outside. */
export function isPrivateAddress(address: string): boolean {
  return /^(?:0|10|127)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[(?:::1?|f[cd][0-9a-f]{2}:.*|fe80:.*)\]$/.test(
    address,
  )
}

/** Where clouds give a machine its credentials. */
export function isMetadataAddress(host: string): boolean {
  return (
    host === '169.254.169.254' ||
    host === '169.254.170.2' ||
    host === '100.100.100.200' ||
    host === '[fd00:ec2::254]' ||
    host === 'metadata.google.internal' ||
    host === 'metadata.azure.internal'
  )
}
