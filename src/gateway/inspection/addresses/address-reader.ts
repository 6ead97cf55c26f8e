import { type AddressState, isInAddress, newState, readLetter, readToken } from './address-state.ts'

/** Reads a text as it grows. */
export interface AddressReader {
  read(text: string): void
  /** Whether one goes on at the end of what was read. */
  readonly isInAddress: boolean
  /** A token stands there. Whether a client may read it as a part of an address. */
  readToken(): boolean
}

/** `value`: it is read by itself, `address`: and its name says that it is an address; `json`: its strings are such values. */
export type TextKind = 'text' | 'value' | 'address' | 'json'

/** The texts of one answer, in their order. */
export interface AddressTrail {
  reader(kind: TextKind): AddressReader
}

/** More readings of one text differ in nothing that matters. */
const MAX_STATES = 16
const MAX_BEFORE = 32

/** A client may join what is said in pieces, so a text may go on with an address of any that came before. */
export function createAddressTrail(): AddressTrail {
  const texts: AddressState[][] = []
  return {
    reader(kind) {
      if (kind === 'json') return jsonReader()
      if (kind !== 'text') return readerOf([newState(kind)])
      const states = distinct([newState('text'), ...texts.flat().map((state) => ({ ...state }))])
      texts.push(states)
      if (texts.length > MAX_BEFORE) texts.shift()
      return readerOf(states)
    },
  }
}

function readerOf(states: AddressState[]): AddressReader {
  return {
    read(text) {
      for (const state of states) for (const letter of text) readLetter(state, letter)
      if (states.length > 1) states.splice(0, states.length, ...distinct(states))
    },
    get isInAddress() {
      return states.some(isInAddress)
    },
    readToken: () => states.map(readToken).includes(true),
  }
}

/** Those in an address first. */
function distinct(states: readonly AddressState[]): AddressState[] {
  const found = new Map(states.map((state) => [JSON.stringify(state), state]))
  const isIn = (state: AddressState): number => (isInAddress(state) ? 0 : 1)
  return [...found.values()].sort((a, b) => isIn(a) - isIn(b)).slice(0, MAX_STATES)
}

/** What the name of a field says of the text that is in it. */
export function namesAddress(field: string): boolean {
  return /(?:url|uri|href|src|link|endpoint|webhook|callback|host|hostname|domain)s?$/i.test(field)
}

const MAX_NAME = 64
const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', ' '],
  ['f', ' '],
])

/** JSON, whose strings are read without its escapes. What stands outside of strings is read too: it may be no JSON. */
function jsonReader(): AddressReader {
  const outside = newState('text')
  let within: AddressState | undefined
  let escaped = ''
  let said = ''
  let name = ''

  function letterWithin(state: AddressState, letter: string): void {
    said = said.length < MAX_NAME ? said + letter : said
    readLetter(state, letter)
  }

  function read(letter: string): void {
    if (within === undefined) {
      if (letter === '"') {
        within = newState(namesAddress(name) ? 'address' : 'value')
        said = ''
      } else readLetter(outside, letter)
      if (letter === ':') name = said
    } else if (escaped !== '') {
      escaped += letter
      if (escaped.startsWith('\\u')) {
        if (escaped.length < 6) return
        letterWithin(within, String.fromCharCode(Number.parseInt(escaped.slice(2), 16) || 0))
      } else letterWithin(within, controls.get(letter) ?? letter)
      escaped = ''
    } else if (letter === '\\') escaped = letter
    else if (letter === '"') within = undefined
    else letterWithin(within, letter)
  }

  return {
    read(text) {
      for (const letter of text) read(letter)
    },
    get isInAddress() {
      return isInAddress(outside) || (within !== undefined && isInAddress(within))
    },
    readToken() {
      const isOutside = readToken(outside)
      const isWithin = within !== undefined && readToken(within)
      return isOutside || isWithin
    },
  }
}
