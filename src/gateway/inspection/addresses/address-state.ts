import { grownTag, isInAddressOf, newTag, type OpenTag } from './open-tag.ts'
import { plainLetters, type Unescaping } from './plain-letters.ts'

/**
 * Where a text stands that is read letter by letter: whether an address goes on here for any of the clients that may show it,
 * bare, in quotes or brackets, as a destination of Markdown, or in an attribute of HTML. Blanks end it only where they end it
 * for all of them.
 */
export interface AddressState extends Unescaping {
  /** The last letters, as they are read. */
  recent: string
  last: Mark
  /** A bracket behind which only blanks came. */
  bracket: Mark | undefined
  /** What stands in front of the name, colon or slashes that are read now. */
  front: Mark
  /** Letters of a name of a host or a scheme. */
  word: string
  /** The word that the last colon ended. */
  scheme: string
  /** A bare address goes on up to a blank. */
  isBare: boolean
  wrappers: readonly Wrapper[]
  destination: Destination | undefined
  tags: readonly OpenTag[]
  line: { readonly isStart: boolean; readonly isBlank: boolean; readonly hasLabel: boolean }
  value: OwnValue | undefined
}

interface Mark {
  readonly letter: string
  readonly isEscaped: boolean
  readonly isBlank: boolean
  /** Behind the text of a link of Markdown. */
  readonly isBehindLink: boolean
}

/** Ends with its own closing mark, or with the paragraph. */
interface Wrapper {
  readonly mark: Mark
  readonly depth: number
}

/** https://spec.commonmark.org/0.31.2/#link-destination, and of a definition, which ends with a blank. */
interface Destination {
  readonly phase: 'before' | 'angle' | 'word'
  readonly depth: number
  readonly isDefinition: boolean
}

/** A text that is read by itself, as one of a tool's arguments: all of it may be one address, with its blanks. */
interface OwnValue {
  readonly isBegun: boolean
  readonly isAddress: boolean
  /** Its name says that it is one. */
  readonly isNamed: boolean
}

const MAX_WORD = 64
const MAX_WRAPPERS = 8
const MAX_TAGS = 8
const nothing: Mark = { letter: '', isEscaped: false, isBlank: true, isBehindLink: false }
const closers: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
  // `[img]https://…[/img]`
  [']', '['],
])
/** Those that browsers take without slashes, or hand over to another program. */
const schemes = /^(?:https?|wss?|s?ftps?|file|mailto|tel|sms|javascript|blob|view-source|intent)$/i
const host = /(?:[\p{L}\p{N}_-]+\.)+(?:\p{L}{2,}|xn--[a-z0-9-]+)\.?$|^(?:\d{1,3}\.){3}\d{1,3}$/iu
const ofWord = /[\p{L}\p{N}.+_-]/u

export function newState(of: 'text' | 'value' | 'address'): AddressState {
  return {
    pending: '',
    recent: '',
    last: nothing,
    bracket: undefined,
    front: nothing,
    word: '',
    scheme: '',
    isBare: false,
    wrappers: [],
    destination: undefined,
    tags: [],
    line: { isStart: true, isBlank: true, hasLabel: false },
    value: of === 'text' ? undefined : { isBegun: false, isAddress: false, isNamed: of === 'address' },
  }
}

export function isInAddress({ isBare, wrappers, destination, tags, value }: AddressState): boolean {
  const isDestination = destination !== undefined && destination.phase !== 'before'
  return isBare || wrappers.length > 0 || isDestination || value?.isAddress === true || tags.some(isInAddressOf)
}

export function readLetter(state: AddressState, letter: string): void {
  plainLetters(state, letter, (plain, isEscaped) => take(state, plain, isEscaped))
}

/** Something stands there that is read as letters. Whether it is in an address, or begins one that goes on behind it. */
export function readToken(state: AddressState): boolean {
  const { value, destination } = state
  // Where it is the whole address it leads to where it came from.
  const isFirst =
    (value?.isNamed === true && !value.isBegun) ||
    (destination?.isDefinition === true && destination.phase === 'before')
  const isWithin = isInAddress(state)
  readLetter(state, 'x')
  return isWithin || (!isFirst && isInAddress(state))
}

function take(state: AddressState, letter: string, isEscaped: boolean): void {
  const mark: Mark = {
    letter,
    isEscaped,
    isBlank: !isEscaped && /[ \t\n\v\f\r]/.test(letter),
    isBehindLink: letter === '(' && state.recent.endsWith(']'),
  }
  const isFirst = state.value?.isBegun === false
  if (mark.isBlank) state.isBare = false
  else begin(state, mark)
  state.wrappers = endedWrappers(state.wrappers, mark)
  state.destination = grownDestination(state, mark)
  state.tags = grownTags(state.tags, mark)
  readLine(state, mark)
  readWord(state, mark, isFirst)
  state.recent = (state.recent + letter).slice(-4)
  state.last = mark
}

/** Whether an address begins with this letter, or is known as one by it. */
function begin(state: AddressState, { letter }: Mark): void {
  const { recent, word, scheme, front, value, wrappers } = state
  if (value !== undefined) state.value = { ...value, isBegun: true, isAddress: value.isAddress || value.isNamed }
  const isKnown =
    (recent.endsWith(':') && (schemes.test(scheme) || (/\d/.test(letter) && host.test(scheme)))) ||
    (/[/\\]/.test(letter) && /:[/\\]$/.test(recent) && scheme !== '') ||
    (/[/\\?#]/.test(letter) && word !== '' && host.test(word)) ||
    (/[/\\]{2}$/.test(recent) && word === '' && /[\p{L}\p{N}[]/u.test(letter) && !/[:/\\]..$/.test(recent))
  if (!isKnown) return
  state.isBare = true
  if (value !== undefined && front === nothing) state.value = { isBegun: true, isAddress: true, isNamed: value.isNamed }
  const isWrapped = closers.has(front.letter) && (front.letter !== '(' || front.isBehindLink)
  if (!isWrapped || wrappers.length >= MAX_WRAPPERS) return
  const isSame = ({ mark }: Wrapper): boolean => mark.letter === front.letter && mark.isEscaped === front.isEscaped
  if (!wrappers.some(isSame)) state.wrappers = [...wrappers, { mark: front, depth: 1 }]
}

/** An escaped mark ends only what such a mark began. */
function endedWrappers(wrappers: readonly Wrapper[], { letter, isEscaped }: Mark): readonly Wrapper[] {
  if (wrappers.length === 0) return wrappers
  return wrappers.flatMap((one) => {
    const { mark, depth } = one
    if (isEscaped && !mark.isEscaped) return [one]
    if (letter === closers.get(mark.letter)) return depth === 1 ? [] : [{ mark, depth: depth - 1 }]
    return [letter === mark.letter ? { mark, depth: depth + 1 } : one]
  })
}

function grownDestination({ destination, recent, line }: AddressState, mark: Mark): Destination | undefined {
  const { letter, isEscaped, isBlank, isBehindLink } = mark
  const isRaw = !isEscaped
  if (isRaw && isBehindLink) return { phase: 'before', depth: 0, isDefinition: false }
  if (isRaw && letter === ':' && line.hasLabel && recent.endsWith(']'))
    return { phase: 'before', depth: 0, isDefinition: true }
  if (destination === undefined) return undefined
  const { phase, depth, isDefinition } = destination
  if (phase === 'angle') return isRaw && letter === '>' ? undefined : destination
  if (isBlank) return phase === 'before' ? destination : undefined
  if (phase === 'before' && isRaw && letter === '<') return { ...destination, phase: 'angle' }
  const isClosing = isRaw && letter === ')' && !isDefinition
  if (isClosing && depth === 0) return undefined
  const deeper = isRaw && letter === '(' ? 1 : isClosing ? -1 : 0
  return { phase: 'word', depth: depth + deeper, isDefinition }
}

function grownTags(tags: readonly OpenTag[], { letter, isEscaped }: Mark): readonly OpenTag[] {
  const isNew = letter === '<' && !isEscaped
  if (tags.length === 0 && !isNew) return tags
  const grown = tags.flatMap((tag) => grownTag(tag, letter, isEscaped) ?? [])
  if (!isNew) return grown
  const spare = grown.length < MAX_TAGS ? -1 : grown.findIndex((tag) => !isInAddressOf(tag))
  return [...grown.filter((_, index) => index !== spare), newTag].slice(-MAX_TAGS)
}

/** A blank line ends a paragraph, and what is not closed in it. */
function readLine(state: AddressState, { letter, isEscaped, isBlank }: Mark): void {
  const { isStart, isBlank: isSoFar, hasLabel } = state.line
  if (letter === '\n' && !isEscaped) {
    if (isSoFar) {
      state.wrappers = []
      state.destination = undefined
    }
    state.line = { isStart: true, isBlank: true, hasLabel: false }
  } else if (!isBlank || isStart) {
    const isPrefix = isBlank || /[>*+\-.)\d]/.test(letter)
    const isLabel = isStart && letter === '[' && !isEscaped
    state.line = { isStart: isStart && isPrefix, isBlank: isSoFar && isBlank, hasLabel: hasLabel || isLabel }
  }
}

/** `isFirst`: nothing but blanks came before in a text that is read by itself. */
function readWord(state: AddressState, mark: Mark, isFirst: boolean): void {
  const { letter } = mark
  const isOfWord = ofWord.test(letter)
  const isOfRun = isOfWord || /[:/\\]/.test(letter)
  if (isOfRun && !/[\p{L}\p{N}.+_:/\\-]$/u.test(state.recent))
    state.front = isFirst ? nothing : state.last.isBlank ? (state.bracket ?? state.last) : state.last
  if (letter === ':') state.scheme = state.word
  else if (!/[/\\]/.test(letter) || !state.recent.endsWith(':')) state.scheme = ''
  state.word = isOfWord ? (state.word + letter).slice(-MAX_WORD) : ''
  if (!mark.isBlank) state.bracket = /[([{<]/.test(letter) ? mark : undefined
}
