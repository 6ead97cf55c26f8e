import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireEvent } from '../model/framing.ts'
import { eventFramer, formatEvent, parseEvents } from './sse.ts'

/** Any text that fits into one line, of one to four bytes per character. */
const lineText = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, '·'))

interface Line {
  readonly text: string
  readonly field?: 'data' | 'event' | 'id'
  readonly value?: string
}

const field = fc
  .tuple(fc.constantFrom('data', 'event', 'id'), lineText, fc.boolean())
  .map(([name, value, hasSpace]): Line => {
    // Without the space before it, a space of the value itself would be taken for that one.
    const text = `${name}:${hasSpace || value.startsWith(' ') ? ' ' : ''}${value}`
    return { text, field: name, value }
  })
const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 6, arbitrary: field },
  fc.constant<Line>({ text: 'data', field: 'data', value: '' }),
  lineText.map((text) => ({ text: `:${text}` })),
  lineText.map((text) => ({ text: `retry: ${text}` })),
)
const blocks = fc.array(fc.array(line, { maxLength: 5 }), { maxLength: 8 })
const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const cuts = fc.oneof(fc.array(fc.nat(), { maxLength: 20 }), fc.constant('every byte' as const))

function written(block: readonly Line[], end: string): string {
  return [...block.map(({ text }) => text), ''].map((text) => text + end).join('')
}

/** What the standard says that a block of lines is. */
function eventOf(block: readonly Line[]): WireEvent[] {
  const values = (name: string): string[] => block.flatMap((line) => (line.field === name ? [line.value ?? ''] : []))
  const [event, id, data] = [values('event').at(-1), values('id').at(-1), values('data')]
  if (data.length === 0) return []
  return [{ data: data.join('\n'), ...(event === undefined ? {} : { event }), ...(id === undefined ? {} : { id }) }]
}

/** Chunks of at least one byte. */
function cut(bytes: Buffer, points: readonly number[] | 'every byte'): Buffer[] {
  if (points === 'every byte') return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
  if (bytes.length === 0) return []
  const inside = points.map((point) => point % bytes.length).filter((point) => point > 0)
  const borders = [0, ...[...new Set(inside)].sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}

function framed(chunks: readonly Buffer[], maxEventBytes = 2 ** 20): { frames: Buffer[]; rest: Buffer } {
  const framer = eventFramer(maxEventBytes)
  const frames = chunks.flatMap((chunk) => framer.push(chunk) ?? [])
  return { frames, rest: framer.rest() ?? Buffer.alloc(0) }
}

describe('a stream in any chunking', () => {
  test('is cut only where an event ends, and loses no byte', () => {
    fc.assert(
      fc.property(blocks, lineEnd, lineText, cuts, (stream, end, unfinished, points) => {
        const borders = new Set<number>()
        let bytes = Buffer.alloc(0)
        for (const block of stream) {
          bytes = Buffer.concat([bytes, Buffer.from(written(block, end))])
          borders.add(bytes.length)
        }
        bytes = Buffer.concat([bytes, Buffer.from(unfinished)])
        const { frames, rest } = framed(cut(bytes, points))
        let position = 0
        for (const frame of frames) {
          expect(frame.length).toBeGreaterThan(0)
          position += frame.length
          expect(borders).toContain(position)
        }
        expect(Buffer.concat([...frames, rest]).equals(bytes)).toBe(true)
      }),
    )
  })

  test('holds the events that were written into it', () => {
    fc.assert(
      fc.property(blocks, lineEnd, cuts, (stream, end, points) => {
        const bytes = Buffer.from(stream.map((block) => written(block, end)).join(''))
        const { frames, rest } = framed(cut(bytes, points))
        const events = stream.flatMap(eventOf)
        expect(parseEvents(bytes)).toEqual(events)
        expect([...frames, rest].flatMap(parseEvents)).toEqual(events)
      }),
    )
  })

  test('gives each event with its last byte when lines end in LF or CR LF', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom('\n', '\r\n'), (stream, end) => {
        const framer = eventFramer(2 ** 20)
        for (const block of stream.filter((lines) => lines.length > 0)) {
          const bytes = Buffer.from(written(block, end))
          for (const byte of cut(bytes.subarray(0, -1), 'every byte')) expect(framer.push(byte)).toBeUndefined()
          expect(framer.push(bytes.subarray(-1))?.equals(bytes)).toBe(true)
          expect(framer.rest()).toBeUndefined()
        }
      }),
    )
  })

  test('keeps an event that was cut short as the rest', () => {
    const framer = eventFramer(100)
    expect(framer.push(Buffer.from('data: a\n\ndata: b'))?.toString()).toBe('data: a\n\n')
    expect(framer.push(Buffer.from('c\n'))).toBeUndefined()
    expect(framer.rest()?.toString()).toBe('data: bc\n')
  })

  test('is not cut between the CR and the LF of a line end', () => {
    const framer = eventFramer(100)
    expect(framer.push(Buffer.from('data: a\r\n\r'))).toBeUndefined()
    expect(framer.push(Buffer.from('\ndata: b\r'))?.toString()).toBe('data: a\r\n\r\n')
    expect(framer.push(Buffer.from('\n'))).toBeUndefined()
    expect(framer.rest()?.toString()).toBe('data: b\r\n')
  })
})

describe('the bound of an event', () => {
  test('lets a stream of any length pass whose events are within it', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom('\n', '\r\n'), cuts, (stream, end, points) => {
        const texts = stream.filter((lines) => lines.length > 0).map((block) => written(block, end))
        const largest = Math.max(0, ...texts.map((text) => Buffer.byteLength(text)))
        const bytes = Buffer.from(texts.join(''))
        const { frames, rest } = framed(cut(bytes, points), largest)
        expect(Buffer.concat([...frames, rest]).equals(bytes)).toBe(true)
      }),
    )
  })

  test('is reached with the first byte beyond it, and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), cuts, (bound, beyond, points) => {
        const framer = eventFramer(bound)
        let bytes = 0
        const push = (chunk: Buffer): void => {
          bytes += chunk.length
          if (bytes > bound) expect(() => framer.push(chunk)).toThrow(RangeError)
          else expect(framer.push(chunk)).toBeUndefined()
        }
        for (const chunk of cut(Buffer.alloc(bound + beyond, 'a'), points)) {
          push(chunk)
          if (bytes > bound) break
        }
        expect(bytes).toBeGreaterThan(bound)
      }),
    )
  })
})

describe('one event', () => {
  test('reads back as it was written, its line breaks as LF', () => {
    const event = fc.record(
      {
        data: fc.string({ unit: fc.constantFrom('a', ' ', ':', '\r', '\n', 'é', '𝄞') }),
        event: lineText,
        id: lineText,
      },
      { requiredKeys: ['data'] },
    )
    fc.assert(
      fc.property(event, (event) => {
        const data = event.data.replace(/\r\n?/g, '\n')
        expect(parseEvents(Buffer.from(formatEvent(event)))).toEqual([{ ...event, data }])
      }),
    )
  })

  test.each<[string, WireEvent[]]>([
    ['', []],
    ['data: a', []],
    ['data: a\n\n', [{ data: 'a' }]],
    ['data:a\n\n', [{ data: 'a' }]],
    ['data:  a \n\n', [{ data: ' a ' }]],
    ['data\n\n', [{ data: '' }]],
    ['data:\n\n', [{ data: '' }]],
    ['data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
    ['data: a:b\n\n', [{ data: 'a:b' }]],
    ['event: x\n\ndata: a\n\n', [{ data: 'a' }]],
    [': data: a\n\n', []],
    ['Data: a\n\n', []],
    ['id: 1\nevent: x\ndata: a\n\ndata: b\n\n', [{ data: 'a', event: 'x', id: '1' }, { data: 'b' }]],
  ])('%j is read as the standard says', (text, events) => {
    expect(parseEvents(Buffer.from(text))).toEqual(events)
  })
})
