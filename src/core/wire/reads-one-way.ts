import { stringEnd } from './json-bytes.ts'

const QUOTE = 0x22
const COLON = 0x3a

/**
 * Whether every parser reads the same out of a body. Of a name that stands twice in one object ours takes the last, others the
 * first, and some take two spellings for one name: what such a body is answered with may be the answer to another question.
 */
export function readsOneWay({ bytes, json }: { readonly bytes: Buffer; readonly json: object }): boolean {
  const read = distinctNames(json)
  return read !== undefined && read === writtenNames(bytes)
}

/** How many names stand in the text of JSON. */
export function writtenNames(bytes: Buffer): number {
  let count = 0
  const { length } = bytes
  for (let index = 0; index < length; ) {
    const byte = bytes[index]
    if (byte === QUOTE) index = stringEnd(bytes, index)
    else {
      if (byte === COLON) count++
      index++
    }
  }
  return count
}

/** How many names were read; `undefined` when two of one object are spellings of the same. Without recursion: depth is the client's. */
function distinctNames(json: object): number | undefined {
  let count = 0
  const open: unknown[] = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) open.push(item)
      continue
    }
    const names = Object.keys(value)
    count += names.length
    if (names.length > 1 && new Set(names.map(knownFolded)).size < names.length) return undefined
    for (const item of Object.values(value)) open.push(item)
  }
  return count
}

/** Most bodies are made of the few names that dialects have. */
const folds = new Map<string, string>()
const MAX_FOLDS = 1024
const MAX_FOLDED = 40

/** `foldedName`, which is looked up for the names of most bodies. */
export function knownFolded(name: string): string {
  const known = folds.get(name)
  if (known !== undefined) return known
  const folded = foldedName(name)
  if (name.length <= MAX_FOLDED && folds.size < MAX_FOLDS) folds.set(name, folded)
  return folded
}

/** As Go folds names (https://pkg.go.dev/encoding/json#Unmarshal), and as protocol buffers take snake case for camel case. */
export function foldedName(name: string): string {
  return name.toLowerCase().toUpperCase().replaceAll('_', '')
}

/** Whether no name stands twice in an object, for a text that is read often: two spellings of one name are two. */
export function hasEachNameOnce(text: string, json: object): boolean {
  let names = 0
  const open: unknown[] = [json]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object') open.push(item)
      continue
    }
    for (const name of Object.keys(value)) {
      names++
      const inner = (value as Record<string, unknown>)[name]
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
  return names === colonsIn(text)
}

/** Of JSON, outside of its strings. */
function colonsIn(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === COLON) count++
    else if (unit === QUOTE) index = closingQuote(text, index)
  }
  return count
}

function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}
const BACKSLASH = 0x5c
