/** Keccak-256 as Ethereum has it: the padding of before FIPS 202, so not SHA3-256. For texts of less than 136 bytes. */
export function keccak256(text: string): string {
  const block = new Uint8Array(200)
  block.set(Buffer.from(text, 'latin1').subarray(0, rate - 1))
  block[Math.min(text.length, rate - 1)] = 1
  block[rate - 1] = (block[rate - 1] ?? 0) | 0x80
  const view = new DataView(block.buffer)
  const lanes = Array.from({ length: 25 }, (_, lane) => view.getBigUint64(lane * 8, true))
  permute(lanes)
  for (let lane = 0; lane < 4; lane++) view.setBigUint64(lane * 8, lanes[lane] ?? 0n, true)
  return Buffer.from(block.subarray(0, 32)).toString('hex')
}

const rate = 136
const mask = (1n << 64n) - 1n
const rotations = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44]
const places = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]
const constants = [
  0x1n,
  0x8082n,
  0x800000000000808an,
  0x8000000080008000n,
  0x808bn,
  0x80000001n,
  0x8000000080008081n,
  0x8000000000008009n,
  0x8an,
  0x88n,
  0x80008009n,
  0x8000000an,
  0x8000808bn,
  0x800000000000008bn,
  0x8000000000008089n,
  0x8000000000008003n,
  0x8000000000008002n,
  0x8000000000000080n,
  0x800an,
  0x800000008000000an,
  0x8000000080008081n,
  0x8000000000008080n,
  0x80000001n,
  0x8000000080008008n,
]

function permute(lanes: bigint[]): void {
  for (const constant of constants) {
    const columns = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ at(lanes, x + y), 0n))
    for (let x = 0; x < 5; x++) {
      const change = at(columns, (x + 4) % 5) ^ rotate(at(columns, (x + 1) % 5), 1)
      for (let y = 0; y < 25; y += 5) lanes[x + y] = at(lanes, x + y) ^ change
    }
    let carried = at(lanes, 1)
    for (let step = 0; step < 24; step++) {
      const place = places[step] ?? 0
      const kept = at(lanes, place)
      lanes[place] = rotate(carried, rotations[step] ?? 0)
      carried = kept
    }
    for (let y = 0; y < 25; y += 5) {
      const row = lanes.slice(y, y + 5)
      for (let x = 0; x < 5; x++) lanes[y + x] = at(row, x) ^ (~at(row, (x + 1) % 5) & mask & at(row, (x + 2) % 5))
    }
    lanes[0] = at(lanes, 0) ^ constant
  }
}

function at(lanes: readonly bigint[], place: number): bigint {
  return lanes[place] ?? 0n
}

function rotate(lane: bigint, by: number): bigint {
  const bits = BigInt(by)
  return ((lane << bits) | (lane >> (64n - bits))) & mask
}
