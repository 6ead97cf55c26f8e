import type { Message, ModelRequest } from '../../core/model/model-request.ts'

/** A text's smallest hashes of pairs of words (bottom-k MinHash): texts that say nearly the same have nearly the same. */
const SKETCH = 8
/** Of a long text its beginning and its end are read. */
const READ_CHARACTERS = 2048

export interface TurnSketch {
  /** Of the conversation's first words. */
  readonly conversation: number
  readonly turn: readonly number[]
}

/**
 * The last turn of a request. In a conversation: what the user said last, with what it answers to, or the tools whose results
 * it brings, with their arguments. A question alone: its very words, as templates make questions that are nearly the same and
 * are not. `undefined`: there is nothing to read.
 */
export function turnSketch({ messages }: Pick<ModelRequest, 'messages'>): TurnSketch | undefined {
  const last = messages.at(-1)
  if (last === undefined) return undefined
  const before = answerBefore(messages)
  const first = messages.find(({ role }) => role === 'user') ?? last
  const sketch: number[] = []
  const conversation = addText(before === undefined ? sketch : [], textOf(first))
  if (before === undefined) return sketch.length === 0 ? undefined : { conversation, turn: [conversation] }
  const tools = last.role === 'user' && hasText(last) ? undefined : toolCalls(before)
  if (tools !== undefined) return { conversation, turn: tools }
  addText(sketch, textOf(last))
  // Somebody who says "go on" to answers that are new is in no loop.
  addText(sketch, textOf(before))
  return { conversation, turn: sketch }
}

/** Whether two turns are nearly the same: nine tenths of their words, about. */
export function isNear(one: readonly number[], other: readonly number[]): boolean {
  if (Math.abs(one.length - other.length) > 1) return false
  const same = one.reduce((count, hash) => (other.includes(hash) ? count + 1 : count), 0)
  return same >= Math.min(one.length, SKETCH - 1) && same > 0
}

const FIRST_SEED = 0x811c9dc5

function answerBefore(messages: readonly Message[]): Message | undefined {
  for (let index = messages.length - 2; index >= 0; index--) {
    const message = messages[index]
    if (message?.role === 'assistant') return message
    if (message?.role === 'user' && hasText(message)) return undefined
  }
  return undefined
}

function hasText({ parts }: Message): boolean {
  return parts.some((part) => part.type === 'text')
}

/** The same arguments in another order of tools are the same. */
function toolCalls(message: Message | undefined): number[] | undefined {
  const hashes = (message?.parts ?? []).flatMap((part) =>
    part.type === 'tool-call' ? [hashOf(part.arguments, hashOf(part.name, FIRST_SEED))] : [],
  )
  return hashes.length === 0 ? undefined : hashes.sort((a, b) => a - b).slice(0, SKETCH)
}

function textOf({ parts }: Message): string {
  let text = ''
  for (const part of parts) {
    if (part.type === 'text') text += part.text
    else if (part.type === 'tool-result')
      for (const inner of part.content) if (inner.type === 'text') text += inner.text
    if (text.length > READ_CHARACTERS * 64) break
  }
  return text.length <= READ_CHARACTERS * 2 ? text : text.slice(0, READ_CHARACTERS) + text.slice(-READ_CHARACTERS)
}

function hashOf(text: string, seed: number): number {
  let hash = seed
  const length = Math.min(text.length, READ_CHARACTERS * 2)
  for (let index = 0; index < length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return mixed(hash)
}

/** Words with a digit in them, which tell tries of the same thing apart, are passed over. Returns a hash of all the others. */
function addText(sketch: number[], text: string): number {
  let all = FIRST_SEED
  let word = FIRST_SEED
  let before = 0
  let isWord = false
  let hasDigit = false
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 32
    if (code > 47 && code < 58) hasDigit = true
    if (code > 64 || (code > 47 && code < 58)) {
      word = Math.imul(word ^ (code | 32), 0x01000193)
      isWord = true
      continue
    }
    if (!isWord) continue
    if (!hasDigit) {
      keepSmallest(sketch, mixed(Math.imul(before, 31) ^ word))
      all = Math.imul(all ^ word, 0x01000193)
      before = word
    }
    word = FIRST_SEED
    isWord = false
    hasDigit = false
  }
  return mixed(all)
}

function keepSmallest(sketch: number[], hash: number): void {
  const { length } = sketch
  if (length === SKETCH && hash >= (sketch[length - 1] ?? 0)) return
  let place = 0
  while (place < length && (sketch[place] ?? 0) < hash) place++
  if (sketch[place] === hash) return
  sketch.splice(place, 0, hash)
  if (sketch.length > SKETCH) sketch.pop()
}

/** The last step of MurmurHash3, without which the smallest of FNV's hashes say little. */
function mixed(hash: number): number {
  let value = hash
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
