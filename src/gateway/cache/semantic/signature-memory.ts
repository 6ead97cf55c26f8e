import { signatureBytes } from './signature.ts'

/** Memory with a loop over it that counts bits: JavaScript has no instruction for it, WebAssembly has, and needs 7 ns for a signature. */
export interface SignatureMemory {
  /** Another buffer after each `addPage`. */
  buffer(): ArrayBuffer
  /** 64 KiB more. The result is the page's number. */
  addPage(): number
  /**
   * Compares the signature at `query` with those from `rows` to `end`, and writes place and number of differing bits of each that
   * differs in at most `limit` to `out`, 4 bytes each. The result is the end of what was written.
   */
  compare(query: number, rows: number, end: number, limit: number, out: number): number
}

/** What TypeScript declares with a browser only. */
declare const WebAssembly: {
  Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: Pick<SignatureMemory, 'compare'> }
}

export function createSignatureMemory(): SignatureMemory {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(Uint8Array.from(moduleBytes()))
  const { compare } = new WebAssembly.Instance(module, { m: { m: memory } }).exports
  return { buffer: () => memory.buffer, addPage: () => memory.grow(1), compare }
}

const [i32, emptyBlock, end] = [0x7f, 0x40, 0x0b]
const [query, rows, last, limit, out, differing] = [0, 1, 2, 3, 4, 5]
const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const tee = (local: number): number[] => [0x22, local]
const add = (step: number): number[] => [0x41, ...signed(step), 0x6a]
const store = (offset: number): number[] => [0x36, 2, ...unsigned(offset)]

/** Of the module that holds the loop: WebAssembly's core specification, chapter 5. */
function moduleBytes(): number[] {
  const loadWord = (from: number, word: number): number[] => [...get(from), 0x29, 3, ...unsigned(8 * word)]
  const words = Array.from({ length: signatureBytes / 8 }, (_, word) => [
    // i64.xor, i64.popcnt, and i64.add from the second on.
    ...[...loadWord(query, word), ...loadWord(rows, word), 0x85, 0x7b],
    ...(word === 0 ? [] : [0x7c]),
  ]).flat()
  const loop = [
    ...[0x03, emptyBlock, ...words, 0xa7, ...tee(differing)],
    // if (differing <= limit), unsigned
    ...[...get(limit), 0x4d, 0x04, emptyBlock],
    ...[...get(out), ...get(rows), ...store(0), ...get(out), ...get(differing), ...store(4)],
    ...[...get(out), ...add(8), ...set(out), end],
    // rows += signatureBytes; again while (rows < last), unsigned
    ...[...get(rows), ...add(signatureBytes), ...tee(rows), ...get(last), 0x49, 0x0d, 0, end],
  ]
  const body = [...list([[1, i32]]), ...loop, ...get(out), end]
  const parameters = [query, rows, last, limit, out].map(() => [i32])
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list(parameters), ...list([[i32]])]])),
    ...section(2, list([[...name('m'), ...name('m'), 0x02, 0, 1]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...name('compare'), 0, 0]])),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ]
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content]
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function name(text: string): number[] {
  return list([...Buffer.from(text)].map((byte) => [byte]))
}

/** LEB128 of a number that is not negative. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

/** The same where the highest bit is the sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)]
}
