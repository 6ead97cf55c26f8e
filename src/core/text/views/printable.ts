/** Bytes as text, where they are text. */
export function printable(bytes: Buffer): string | undefined {
  if (bytes.length < 6) return undefined
  return mostlyPrintable(bytes.toString('utf8')) ?? inOtherEncoding(bytes)
}

export const mostOdd = 2

/** Two characters may be broken at the ends of a piece. */
function mostlyPrintable(text: string): string | undefined {
  const most = Math.min(mostOdd, text.length / 10)
  let odd = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0xfffd || (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13) || unit === 127) odd++
    if (odd > most) return undefined
  }
  return text
}

/** Of fewer bytes, chance makes letters too often. */
export const leastOfOther = 24
const sampleOfOther = 64
export const leastPlain = 0.8
export const leastNulls = 0.35
const western = new TextDecoder('windows-1252')

/** UTF-16 of a Western text, as PowerShell takes it, and the encodings of one byte that the Web still has. */
function inOtherEncoding(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, sampleOfOther)
  if (sample.length < leastOfOther) return undefined
  let plain = 0
  const nulls = [0, 0]
  for (const [index, byte] of sample.entries()) {
    if (byte === 0) nulls[index % 2] = (nulls[index % 2] ?? 0) + 1
    else if (byte < 127) plain++
  }
  const [even = 0, uneven = 0] = nulls
  if (Math.max(even, uneven) > sample.length * leastNulls) {
    if (Math.min(even, uneven) > 0) return undefined
    const units = Buffer.from(bytes.subarray(0, bytes.length & ~1))
    return mostlyPrintable((even > 0 ? units.swap16() : units).toString('utf16le'))
  }
  return plain < sample.length * leastPlain ? undefined : mostlyPrintable(western.decode(bytes))
}
