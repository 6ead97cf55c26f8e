import { StringDecoder } from 'node:string_decoder'

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>

/**
 * Whatever a command, the log or a fault prints, no terminal takes it for a command: names and texts come from callers and
 * providers. Texts go out without control characters; bytes, as of a file that is exported, are left alone but at a terminal.
 */
export function guardTerminal(stream: Stream): void {
  const write = stream.write.bind(stream) as (text: string | Uint8Array, ...more: unknown[]) => boolean
  const decoder = new StringDecoder('utf8')
  const guarded = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    if (typeof chunk === 'string') return write(harmless(chunk), ...more)
    return write(stream.isTTY === true ? harmless(decoder.write(Buffer.from(chunk))) : chunk, ...more)
  }
  stream.write = guarded as Stream['write']
}

/** Lines and tabs stay. */
function harmless(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '\ufffd')
}
