import { afterEach, expect, it, vi } from 'vitest'
import type { JsonValue } from '../../core/wire/json.ts'
import type { Channel, Piece } from './stream-channels.ts'
import { createStreamFiles } from './stream-files.ts'

afterEach(() => vi.restoreAllMocks())

const refused: string[] = []
const streamFiles = () => {
  refused.length = 0
  return createStreamFiles({
    look: async () => undefined,
    refuse: (_part, { message }) => void refused.push(message),
  })
}
const blob = (name: string, data: string): JsonValue => ({ [name]: { blob: data } })

it('a file that begins again with each event is not read again with each', () => {
  const files = streamFiles()
  const piece = Buffer.from('%PDF-1.7 '.repeat(8)).toString('base64')
  let joined = 0
  const concat = Buffer.concat
  vi.spyOn(Buffer, 'concat').mockImplementation((...given) => {
    const all = concat(...given)
    joined += all.length
    return all
  })
  const events = 2000
  for (let event = 0; event < events; event++) files.read(blob('file', piece), [])
  expect(refused).toEqual(['It begins again and again.'])
  expect(joined).toBeLessThan(events * piece.length)
})

it('of more files than are read nothing is remembered', () => {
  const files = streamFiles()
  const piece = Buffer.from('%PDF-1.7 '.repeat(8)).toString('base64')
  let waiting = 0
  for (let event = 0; event < 500; event++) waiting += files.read(blob(`file ${event}`, piece), []).files.length
  expect(refused).toEqual(['There are more of them than are read.'])
  expect(waiting).toBe(64)
})

it('blanks without an end in front of a file are not read again with each', () => {
  const files = streamFiles()
  const channel = { point: 'output', place: { above: null, step: 'data', depth: 1 } } as unknown as Channel
  const piece: Piece = { channel, place: channel.place, text: ' '.repeat(20), start: 0 } as unknown as Piece
  let read = 0
  const { test } = RegExp.prototype
  vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text: string) {
    read += text.length
    return test.call(this, text)
  })
  const events = 2000
  for (let event = 0; event < events; event++) files.read({ data: piece.text }, [piece])
  expect(read).toBeLessThan(events * 100)
})
