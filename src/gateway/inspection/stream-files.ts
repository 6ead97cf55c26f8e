/** Files in the events of a stream, in Base64: in one event, or in pieces that a client puts together. */
import { documentKind, isDocumentKind, zipEnd } from '../../core/inspection/document-kind.ts'
import type { TextPoint } from '../../core/inspection/guardrail.ts'
import type { JsonValue } from '../../core/wire/json.ts'
import { UnreadDocument } from '../documents/read-limits.ts'
import { type FilePart, filePartsOfAnswer } from './document-parts.ts'
import type { Step } from './in-turn.ts'
import { type Channel, channelKey, type Piece } from './stream-channels.ts'
import { fileHead } from './text-file.ts'
import { isFileField, type Place, valueAt } from './wire-texts.ts'

/** What an event is a piece of: it waits until that was looked at. */
export interface StreamFile {
  readonly isDone: boolean
}

export interface StreamFiles {
  /** `pieces`: of the texts in the same event. */
  read(
    event: JsonValue,
    pieces: readonly Piece[],
  ): { readonly steps: readonly Step[]; readonly files: readonly StreamFile[] }
  /** All that has begun is whole: what comes next, if anything, has nothing to do with it. */
  end(): readonly Step[]
}

export interface FileLooks {
  /** Looks at a file that is whole. */
  look(part: FilePart): Promise<void>
  /** What becomes of one that cannot be read. Throws where it may not pass. */
  refuse(part: FilePart, fault: UnreadDocument): void
}

interface GrowingFile {
  readonly key: string
  readonly place: Place
  readonly at: FilePart['at']
  readonly pieces: string[]
  length: number
  /** How often it has begun once more before it was whole. */
  restarts: number
  isDone: boolean
}

/** In Base64, of all files of one stream that wait at once: their events are held too. */
const MAX_HELD = 32 << 20
const MAX_FILES = 64
/** To find out whether it is whole, all of it is read. */
const MAX_RESTARTS = 16
/** Names of as many letters at most: only attackers have more. */
const MAX_PASSED = 1024

export function createStreamFiles({ look, refuse }: FileLooks): StreamFiles {
  const growing = new Map<string, GrowingFile>()
  /** What has ended: nothing may be added to it. */
  const ended = new Set<string>()
  /** What nobody can read, and passes: that is said once. */
  const passed = new Set<string>()
  /** Beginnings that do not tell yet what they begin. */
  const heads = new Map<Channel, string>()
  let count = 0
  let held = 0

  /** `undefined`: of more than are read nothing is kept. */
  function begin(key: string, { place, at }: Pick<FilePart, 'place' | 'at'>, text: string): GrowingFile | undefined {
    ended.delete(key)
    if (count === MAX_FILES) {
      const part: FilePart = { place, bytes: nothing, kind: 'unknown', ...(at === undefined ? {} : { at }) }
      if (isNew('more')) refuse(part, new UnreadDocument('There are more of them than are read.'))
      return undefined
    }
    count++
    const file: GrowingFile = { key, place, at, pieces: [], length: 0, restarts: 0, isDone: false }
    growing.set(key, file)
    grow(file, text)
    return file
  }

  function grow(file: GrowingFile, text: string): void {
    if (file.isDone) return
    held += text.length
    file.length += text.length
    file.pieces.push(text)
    if (held > MAX_HELD) giveUp(file, 'It is longer than is held of a stream.')
    else if (file.restarts > MAX_RESTARTS) giveUp(file, 'It begins again and again.')
  }

  function giveUp(file: GrowingFile, why: string): void {
    drop(file)
    refuse(partOf(file, nothing), new UnreadDocument(why))
  }

  /** Whether nothing was said of it so far. */
  function isNew(name: string): boolean {
    if (passed.has(name)) return false
    if (passed.size >= MAX_PASSED) passed.clear()
    if (name.length <= MAX_PASSED) passed.add(name)
    return true
  }

  /** It may go, and nothing more of it is kept. */
  function drop(file: GrowingFile): void {
    file.isDone = true
    held -= file.length
    file.length = 0
    file.pieces.length = 0
  }

  async function finish(file: GrowingFile): Promise<void> {
    if (file.isDone) return
    await look(partOf(file, bytesOf(file.pieces.join(''))))
    drop(file)
  }

  function leave(file: GrowingFile): Step {
    growing.delete(file.key)
    ended.add(file.key)
    return () => finish(file)
  }

  /** Of a channel that was nothing so far. */
  function beginning({ channel, place, text }: Piece): string | undefined {
    // Blanks in front are no part of it, and there may be any number of them.
    const head = ((heads.get(channel) ?? '') + text).trimStart()
    const begins = beginsFile(head, isFileField(place))
    if (begins === undefined) heads.set(channel, head)
    else {
      heads.delete(channel)
      channel.isNoFile = true
    }
    return begins === true ? head : undefined
  }

  return {
    read(event, pieces) {
      const parts = filePartsOfAnswer(event)
      const isUsual = parts.length === 0 && growing.size === 0 && ended.size === 0
      if (isUsual && pieces.every(({ channel }) => channel.isNoFile === true)) return none
      const steps: Step[] = []
      const files = new Set<StreamFile>()
      const taken = new Set<string>()
      const add = (file: GrowingFile | undefined): unknown => file && files.add(file)
      for (const file of growing.values()) {
        const text = textAt(event, file)
        if (text === undefined) {
          if (pieces.length > 0 || parts.length > 0) steps.push(leave(file))
          continue
        }
        const isRestarted = !file.isDone && isStart(text)
        if (isRestarted && isWhole(file)) {
          steps.push(leave(file))
          continue
        }
        if (isRestarted) file.restarts++
        taken.add(file.key)
        files.add(file)
        grow(file, text)
      }
      for (const part of parts) {
        const { key } = channelKey(event, part.place)
        if (taken.has(key)) continue
        taken.add(key)
        if (isDocumentKind(part.kind)) add(begin(key, part, String(valueAt(event, part.place))))
        else if (isNew(`${part.kind} ${key}`)) steps.push(() => look(part))
      }
      for (const piece of pieces) {
        const { channel, place, text, inBody } = piece
        const mayBegin = channel.isNoFile !== true && channel.isName !== true && inBody === undefined
        if (!mayBegin && ended.size === 0) continue
        const { key } = channelKey(event, place)
        if (taken.has(key)) continue
        const at = pointOf(channel)
        if (ended.has(key) && isBase64Piece(text)) {
          ended.delete(key)
          refuse({ place, bytes: nothing, kind: 'unknown', at }, new UnreadDocument('It goes on after something else.'))
        }
        const head = mayBegin ? beginning(piece) : undefined
        if (head !== undefined) add(begin(key, { place, at }, head))
      }
      return { steps, files: [...files] }
    },
    end() {
      heads.clear()
      const steps = Array.from(growing.values(), leave)
      ended.clear()
      return steps
    },
  }
}

const nothing = Buffer.alloc(0)
const none = { steps: [], files: [] }

function partOf({ place, at }: GrowingFile, bytes: Buffer): FilePart {
  const kind = documentKind(bytes)
  // What lenient readers make of it is something else.
  return {
    place,
    bytes,
    kind: kind === 'text' || kind === 'media' ? 'unknown' : kind,
    ...(at === undefined ? {} : { at }),
  }
}

function pointOf({ point }: Channel): TextPoint {
  return point === 'output' ? { point } : { point, also: 'output' }
}

function textAt(event: JsonValue, { key, place }: GrowingFile): string | undefined {
  const value = valueAt(event, place)
  return typeof value === 'string' && channelKey(event, place).key === key ? value : undefined
}

/** Pieces may each be Base64 of their own, with their own ends. */
function bytesOf(text: string): Buffer {
  const pieces = text.slice(fileHead.exec(text.slice(0, MAX_HEAD))?.[0].length ?? 0).split('=')
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')))
}
const MAX_HEAD = 512

/** Of a text that was read as a whole. */
function isBase64Piece(text: string): boolean {
  return /^[A-Za-z0-9+/_=\s-]+$/.test(text)
}

/** In Base64: `%PDF-`, `PK` and what follows it in an archive, and RTF. */
const starts = /^(?:JVBERi|UEsDB|e1xydG)/
const MIN_START = 6
/** In Base64: of as many bytes as may stand before a PDF. */
const SAMPLE = 1368

function isStart(text: string): boolean {
  return starts.test(withoutHead(text.slice(0, MAX_HEAD)))
}

/** `undefined`: more of it will tell. */
function beginsFile(text: string, isFile: boolean): boolean | undefined {
  if (/^\s*(?:$|d(?:a(?:t(?:a(?::[^,]{0,200})?)?)?)?$)/i.test(text)) return undefined
  const start = withoutHead(text)
  if (starts.test(start)) return true
  if (!isFile) return start.length < MIN_START && /^[A-Za-z0-9+/_-]*$/.test(start) ? undefined : false
  const kind = documentKind(Buffer.from(start, 'base64'))
  if (kind === 'pdf' || kind === 'rtf') return true
  return start.length < SAMPLE ? undefined : false
}

function withoutHead(text: string): string {
  return text.replace(fileHead, '').trimStart()
}

/** By its end: what comes next is another one. */
function isWhole({ pieces }: GrowingFile): boolean {
  const bytes = bytesOf(pieces.join(''))
  return zipEnd(bytes) >= 0 || bytes.subarray(-PDF_END).includes('%%EOF')
}
const PDF_END = 1024
