import { expect, it } from 'vitest'
import { guardTerminal } from './terminal.ts'

function screen(isTTY: boolean) {
  const seen: (string | Uint8Array)[] = []
  const write = (chunk: string | Uint8Array): boolean => seen.push(chunk) > 0
  const stream = { isTTY, write } as unknown as NodeJS.WriteStream
  guardTerminal(stream)
  return { stream, seen }
}

it.each([true, false])('prints no control character of a text, at a terminal (%s) or elsewhere', (isTTY) => {
  const { stream, seen } = screen(isTTY)
  stream.write('a\tb\n\u001b]0;title\u0007\u009b31m\r\u007f ü 😀\n')
  expect(seen).toEqual(['a\tb\n\ufffd]0;title\ufffd\ufffd31m\ufffd\ufffd ü 😀\n'])
})

it('leaves bytes alone where no terminal reads them, whatever they are', () => {
  const { stream, seen } = screen(false)
  const bytes = Buffer.from([0x50, 0x41, 0x52, 0x31, 0x1b, 0xff, 0x00])
  stream.write(bytes)
  expect(seen).toEqual([bytes])
})

it('reads bytes as text at a terminal, in whatever pieces they come', () => {
  const { stream, seen } = screen(true)
  const bytes = Buffer.from('ü\u009b31m')
  for (const byte of bytes) stream.write(Buffer.from([byte]))
  expect(seen.join('')).toBe('ü\ufffd31m')
})
