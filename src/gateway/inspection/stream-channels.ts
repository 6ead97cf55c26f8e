/** The texts of a stream, which come in pieces. */
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import { codeFences } from '../../core/text/code-fences.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import type { AddressReader } from './addresses/address-reader.ts'
import { addToRun, type GrowingRun } from './joined/growing-run.ts'
import type { LineAbove } from './joined/line-above.ts'
import { createRunsOfChannels } from './joined/runs-of-channels.ts'
import { asOneAnswer } from './one-answer.ts'
import type { Edit } from './redactor.ts'
import { type Place, pointerOf, stepsOf, textsIn } from './wire-texts.ts'

/** A text that grows. Positions count from its beginning. */
export interface Channel {
  /** Answers of one call (`n` > 1) come side by side; what else is in one answer comes one after the other. */
  readonly answer: string
  readonly point: InspectionPoint
  readonly place: Place
  /** Of names of fields, which cannot be written anew. */
  readonly isName?: true
  /** It does not begin as a file in Base64 does. */
  isNoFile?: true
  /** The end of the text, from `from` on. */
  tail: string
  from: number
  /** Mark of the block of code in which the tail begins. */
  fence?: string | undefined
  /** What detectors have left of what is gone, by their keys. */
  left?: ReadonlyMap<string, string>
  /** The line of the text before that it goes on with, as far as it is its first; `null`: with none. */
  line?: LineAbove | null
  /** Up to here it has been looked at, and may go. */
  cleared: number
  /** What guardrails take out, in order, as far as it is not gone. */
  redactions: readonly Edit[]
  /** What the client gets back in place of tokens. */
  restorations: readonly Edit[]
  /** All that a reader joins, the widest first: it is one of the texts. None where nobody joins it with others. */
  runs: readonly GrowingRun[]
  /** What knows which of them stand in addresses, and has read up to `restoredTo`. */
  addresses?: AddressReader
  restoredTo?: number
}

/** A string of an event. */
export interface Piece {
  readonly channel: Channel
  readonly place: Place
  readonly text: string
  readonly start: number
  /** Where it begins in each of the runs of its channel; in those that have begun later, as in the first. */
  readonly starts: readonly number[]
  /** Of a file: what stands in the event when it says something else. */
  inBody?(text: string): string
}

export function lengthOf({ from, tail }: Channel): number {
  return from + tail.length
}

export function isCleared({ channel, start, text, starts }: Piece): boolean {
  if (channel.cleared < start + text.length) return false
  return channel.runs.every((run, index) => run.cleared >= (starts[index] ?? starts[0] ?? 0) + text.length)
}

/** A line of the results of a batch: an answer, and not a piece of one. */
export function isOfItsOwn(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value['custom_id'] === 'string'
}

export interface Channels {
  read(event: JsonValue): readonly Piece[]
  /**
   * Texts that these pieces leave behind: of the same answers, and not looked at to their ends. Each is given once, unless it goes
   * on: a stream may have a text for each of its events.
   */
  leftBy(pieces: readonly Piece[]): readonly Channel[]
  readonly all: Iterable<Channel>
  /** Of several channels each. */
  readonly runs: Iterable<GrowingRun>
  /** What comes next has nothing to do with what came. */
  forget(): void
}

type Named = Pick<Channel, 'answer' | 'point' | 'place' | 'isName'>

export function newChannel(named: Named): Channel {
  const { point, place } = named
  // Pieces of arguments are pieces of JSON, whatever their field is called.
  const isArguments = point === 'tool-call' && place?.step === 'delta'
  return {
    ...named,
    place: isArguments ? { ...place, step: 'arguments' } : place,
    tail: '',
    from: 0,
    cleared: 0,
    redactions: [],
    restorations: [],
    runs: [],
  }
}

export interface ChannelsOptions {
  readonly isJoining: boolean
  /** Of a call that asks for one answer. */
  readonly isOne?: boolean | undefined
}

/** Gives the strings of events to the texts that they are pieces of. `isJoining`: and to what a reader joins of these. */
export function createChannels({ isJoining, isOne }: ChannelsOptions): Channels {
  const channels = new Map<string, Channel>()
  const runs = createRunsOfChannels()
  /** By answer, those that have grown since something else was said. */
  const growing = new Map<string, Set<Channel>>()

  function grow(channel: Channel): void {
    const others = growing.get(channel.answer)
    if (others === undefined) growing.set(channel.answer, new Set([channel]))
    else others.add(channel)
  }

  return {
    forget() {
      channels.clear()
      runs.clear()
      growing.clear()
    },
    all: { [Symbol.iterator]: () => channels.values() },
    runs: runs.all,
    leftBy(pieces) {
      const touched = new Set(pieces.map(({ channel }) => channel))
      const left: Channel[] = []
      for (const answer of new Set(pieces.map(({ channel }) => channel.answer))) {
        const others = growing.get(answer)
        for (const channel of others ?? []) {
          if (touched.has(channel)) continue
          others?.delete(channel)
          if (lengthOf(channel) > channel.cleared) left.push(channel)
        }
      }
      return left
    },
    read(read) {
      const event = isOne === true ? asOneAnswer(read) : read
      return textsIn(event, 'output', 1).map(({ text, place, point, isName, inBody, runs: keys }) => {
        const { key: named, answer, order } = channelKey(event, place)
        const key = isName === true ? `${named} name` : inBody === undefined ? named : `${named} file`
        let channel = channels.get(key)
        if (channel === undefined) {
          channel = newChannel({ answer, point, place, ...(isName === true ? { isName } : {}) })
          if (isJoining && keys !== undefined) runs.enter(channel, keys)
          channels.set(key, channel)
        }
        const start = lengthOf(channel)
        channel.tail += text
        if (isJoining) grow(channel)
        const among = channel
        const starts = channel.runs.map((run) => addToRun(run, among, text, order))
        return { channel, place, text, start, starts, ...(inBody === undefined ? {} : { inBody }) }
      })
    },
  }
}

/** What stands beside a string and says which text it is of. */
const marks = [
  'type',
  'thought',
  'output_index',
  'index',
  'content_index',
  'summary_index',
  'contentBlockIndex',
] as const

interface ChannelKey {
  readonly key: string
  readonly answer: string
  /** Numbers beside the string, by which a client puts texts in order. */
  readonly order: readonly number[]
}

/** By the place of the string and the marks on the way to it: what a client joins, whatever its dialect. */
export function channelKey(event: JsonValue, place: Place): ChannelKey {
  let key = pointerOf(place)
  let answer = ''
  const order: number[] = []
  let value: JsonValue | undefined = event
  const steps = stepsOf(place)
  for (const step of steps) {
    if (isJsonObject(value)) {
      for (const mark of marks) {
        const said = value[mark]
        if (said === undefined) continue
        key += ` ${mark}=${said}`
        if (typeof said === 'number') order.push(said)
      }
      value = value[step]
    } else if (Array.isArray(value)) {
      value = value[Number(step)]
      const isAnswer = answer === '' && (steps[0] === 'choices' || steps[0] === 'candidates')
      if (isAnswer) answer = String((isJsonObject(value) ? value['index'] : undefined) ?? step)
    }
  }
  return { key, answer, order }
}

/** At most so much of what is gone is looked at again. */
export const MAX_LOOKBACK = 2048

/** Forgets what stands before a position, up to the beginning of a line: a fence is one as a whole. */
export function trim(channel: Channel, until: number): void {
  if (until <= channel.from) return
  const end = channel.tail.lastIndexOf('\n', until - channel.from - 1) + 1
  const start = end > 0 ? end : until - channel.from > MAX_LOOKBACK ? until - channel.from : 0
  channel.fence = codeFences(channel.tail.slice(0, start), channel.fence).open
  channel.tail = channel.tail.slice(start)
  channel.from += start
}

/** What has to stand in an event, at the places of its pieces. */
export function textsOfPieces(
  pieces: readonly Piece[],
  changes: ReadonlyMap<Piece, string>,
): readonly { readonly place: Place; readonly text: string }[] {
  return pieces.flatMap((piece) => {
    const text = changes.get(piece)
    return text === undefined ? [] : [{ place: piece.place, text: piece.inBody?.(text) ?? text }]
  })
}

/**
 * A piece with what was decided of its text. A new text stands where the old one began; of edits that overlap, that of the first.
 */
export function writtenPiece({ text, start }: Pick<Piece, 'text' | 'start'>, edits: readonly Edit[]): string {
  const end = start + text.length
  let written = ''
  let from = start
  for (const edit of edits) {
    if (edit.end <= from || edit.start >= end) continue
    if (edit.start >= from) written += text.slice(from - start, edit.start - start) + edit.text
    from = Math.min(edit.end, end)
  }
  return written + text.slice(from - start)
}
