/** The texts of a stream, which come in pieces. */
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
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
  /** The end of the text, from `from` on. */
  tail: string
  from: number
  /** Mark of the block of code in which the tail begins. */
  fence?: string | undefined
  /** Up to here it has been looked at, and may go. */
  cleared: number
  /** What guardrails take out, in order, as far as it is not gone. */
  redactions: readonly Edit[]
  /** What the client gets back in place of tokens. */
  restorations: readonly Edit[]
}

/** A string of an event. */
export interface Piece {
  readonly channel: Channel
  readonly place: Place
  readonly text: string
  readonly start: number
}

export function lengthOf({ from, tail }: Channel): number {
  return from + tail.length
}

export function isCleared({ channel, start, text }: Piece): boolean {
  return channel.cleared >= start + text.length
}

export interface Channels {
  read(event: JsonValue): readonly Piece[]
  readonly all: Iterable<Channel>
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
  }
}

/** Gives the strings of events to the texts that they are pieces of. */
export function createChannels(): Channels {
  const channels = new Map<string, Channel>()
  return {
    forget: () => channels.clear(),
    all: { [Symbol.iterator]: () => channels.values() },
    read: (event) =>
      textsIn(event, 'output', 1).map(({ text, place, point, isName }) => {
        const { key: named, answer } = channelKey(event, place)
        const key = isName === true ? `${named} name` : named
        let channel = channels.get(key)
        if (channel === undefined) {
          channel = newChannel({ answer, point, place, ...(isName === true ? { isName } : {}) })
          channels.set(key, channel)
        }
        const start = lengthOf(channel)
        channel.tail += text
        return { channel, place, text, start }
      }),
  }
}

/** What stands beside a string and says which text it is of. */
const marks = ['type', 'index', 'output_index', 'content_index', 'summary_index', 'contentBlockIndex'] as const

/** By the place of the string and the marks on the way to it: what a client joins, whatever its dialect. */
function channelKey(event: JsonValue, place: Place): { readonly key: string; readonly answer: string } {
  let key = pointerOf(place)
  let answer = ''
  let value: JsonValue | undefined = event
  const steps = stepsOf(place)
  for (const step of steps) {
    if (isJsonObject(value)) {
      for (const mark of marks) if (value[mark] !== undefined) key += ` ${mark}=${value[mark]}`
      value = value[step]
    } else if (Array.isArray(value)) {
      value = value[Number(step)]
      const isAnswer = answer === '' && (steps[0] === 'choices' || steps[0] === 'candidates')
      if (isAnswer) answer = String((isJsonObject(value) ? value['index'] : undefined) ?? step)
    }
  }
  return { key, answer }
}

/** A piece with what was decided of its text. A new text stands where the old one began. */
export function writtenPiece({ text, start }: Piece, edits: readonly Edit[]): string {
  const end = start + text.length
  let written = ''
  let from = start
  for (const edit of edits) {
    if (edit.end <= start || edit.start >= end) continue
    if (edit.start >= start) written += text.slice(from - start, edit.start - start) + edit.text
    from = Math.min(edit.end, end)
  }
  return written + text.slice(from - start)
}
