import type { ReplyPart } from '../../core/model/model-reply.ts'
import { objectScanner } from './object-scanner.ts'

/**
 * The parts of one answer in the order of a dialect whose content blocks follow one another: what comes while the arguments
 * of a tool call are not yet whole waits for them, since its block cannot be opened again.
 */
export interface BlockOrder<Out> {
  put(part: ReplyPart, out: Out[]): void
  /** Writes what still waits, whole or not. */
  finish(out: Out[]): void
}

/** `write` gets the parts in their order; whatever follows a tool call's last piece closes its block. */
export function blockOrder<Out>(write: (part: ReplyPart, out: Out[]) => void): BlockOrder<Out> {
  /** The tool call whose block is open. */
  let tool: { readonly index: number; readonly json: ReturnType<typeof objectScanner> } | undefined
  let waiting: ReplyPart[] = []
  /** The first of them that still waits. */
  let next = 0
  /** Arguments of calls whose block is not open yet. */
  const pieces = new Map<number, ReplyPart[]>()

  const pass = (part: ReplyPart, out: Out[]): void => {
    if (part.type === 'tool-call-start') tool = { index: part.index, json: objectScanner() }
    else if (part.type === 'tool-call-delta') tool?.json.push(part.json)
    else tool = undefined
    write(part, out)
  }
  const mustWait = (): boolean => tool !== undefined && !tool.json.isWhole()
  /** What waits, in its order, the pieces of a tool call behind its start. */
  const release = (out: Out[], isForced: boolean): void => {
    if (waiting.length === 0) return
    while (next < waiting.length && (isForced || !mustWait())) {
      const part = waiting[next++]
      if (part === undefined) continue
      pass(part, out)
      if (part.type !== 'tool-call-start') continue
      for (const piece of pieces.get(part.index) ?? []) pass(piece, out)
      pieces.delete(part.index)
    }
    if (next < waiting.length) return
    waiting = []
    next = 0
  }
  return {
    put(part, out) {
      if (part.type === 'tool-call-delta' && part.index !== tool?.index) {
        const others = pieces.get(part.index)
        if (others === undefined) pieces.set(part.index, [part])
        else others.push(part)
        return
      }
      if (part.type !== 'tool-call-delta' && (next < waiting.length || mustWait())) waiting.push(part)
      else pass(part, out)
      release(out, false)
    },
    finish(out) {
      release(out, true)
      tool = undefined
    },
  }
}
