import type { WireEvent } from '../../../core/model/framing.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

export type BlockKind = 'text' | 'thinking' | 'tool'

/** Writes the content blocks of a stream, one after the other: https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export interface BlockWriter {
  open(): BlockKind | undefined
  start(kind: BlockKind, block: JsonObject, out: WireEvent[]): void
  /** `fields` is the delta as JSON text: most of a stream is deltas, and their form is known. */
  delta(fields: string, out: WireEvent[]): void
  close(out: WireEvent[]): void
}

export function blockWriter(): BlockWriter {
  let blocks = 0
  let open: BlockKind | undefined
  const close = (out: WireEvent[]): void => {
    if (open === undefined) return
    out.push(event('content_block_stop', { index: blocks - 1 }))
    open = undefined
  }
  return {
    open() {
      return open
    },
    start(kind, block, out) {
      close(out)
      out.push(event('content_block_start', { index: blocks++, content_block: block }))
      open = kind
    },
    delta(fields, out) {
      out.push({
        event: 'content_block_delta',
        data: `{"type":"content_block_delta","index":${blocks - 1},"delta":${fields}}`,
      })
    },
    close,
  }
}

export function event(type: string, fields: JsonObject): WireEvent {
  return { event: type, data: JSON.stringify({ type, ...fields }) }
}
