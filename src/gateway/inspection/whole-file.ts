import type { Frame, FrameSink } from '../../core/calls/call.ts'
import { documentKind } from '../../core/inspection/document-kind.ts'
import { maxDocumentBytes, UnreadDocument } from '../documents/read-limits.ts'
import { fileOfBody, isFileBody } from './document-parts.ts'
import type { FileLooks } from './stream-files.ts'

/** A reply that is a file itself, and comes in pieces: none goes on before all of it was looked at. */
export interface WholeFile {
  push(frame: Frame): void | Promise<void>
  /** No more comes. */
  end(): void | Promise<void>
}

export interface WholeFileLooks extends FileLooks {
  /** None of it goes on before. */
  readonly isHolding: boolean
  /** Somebody looks at it. */
  readonly isAsked: boolean
}

/** Whether it is no text, though some of it may be read as one. */
export function beginsAsFile(start: Buffer, contentType: string): boolean {
  return isFileBody(documentKind(start), contentType)
}

export function createWholeFile(
  contentType: string,
  { look, refuse, isHolding, isAsked }: WholeFileLooks,
  sink: Pick<FrameSink, 'frame'>,
): WholeFile {
  const frames: Frame[] = []
  let length = 0
  /** All of it may go. */
  let isPassing = !isAsked

  function pass(): void {
    isPassing = true
    if (isHolding) for (const frame of frames) sink.frame(frame)
    frames.length = 0
  }

  return {
    push(frame) {
      if (isPassing || !isHolding) sink.frame(frame)
      if (isPassing) return undefined
      frames.push(frame)
      length += frame.bytes.length
      const first = frames.length === 1 ? fileOfBody(frame.bytes, contentType, false) : undefined
      // Pictures and sound are not read, and need not be whole for that.
      if (first?.kind === 'media') return look(first).then(pass)
      if (length <= maxDocumentBytes) return undefined
      refuse({ place: null, bytes: frame.bytes, kind: 'unknown' }, new UnreadDocument('It is larger than is read.'))
      return pass()
    },
    end() {
      if (isPassing) return undefined
      const part = fileOfBody(Buffer.concat(frames.map(({ bytes }) => bytes)), contentType, false)
      return part === undefined ? pass() : look(part).then(pass)
    },
  }
}
