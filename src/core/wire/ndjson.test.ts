import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ndjson } from './ndjson.ts'

const objects = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), { minLength: 1, maxLength: 8 })

it('reads the same objects however the bytes are cut, with either line end and blank lines between', () => {
  fc.assert(
    fc.property(
      objects,
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      (all, sizes, end) => {
        const bytes = Buffer.from(all.map((object) => JSON.stringify(object) + end).join(''))
        const framer = ndjson.framer(1e9)
        const read: unknown[] = []
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1
          const frame = framer.push(bytes.subarray(at, at + size))
          at += size
          if (frame !== undefined) for (const { data } of ndjson.parse(frame)) read.push(JSON.parse(data))
        }
        expect(framer.rest()).toBeUndefined()
        expect(read).toEqual(all.map((object) => JSON.parse(JSON.stringify(object))))
      },
    ),
  )
})

it('gives what is left of a stream that was cut, and bounds what it holds back', () => {
  const framer = ndjson.framer(10)
  expect(String(framer.push(Buffer.from('{"a":1}\n{"b"')))).toBe('{"a":1}\n')
  expect(ndjson.parse(ndjson.completed(framer.rest() ?? Buffer.alloc(0)))).toEqual([{ data: '{"b"' }])
  expect(() => framer.push(Buffer.from('0123456789'))).toThrow(RangeError)
})

it('finds where an event begins', () => {
  const frame = Buffer.from('{"a":1}\n{"b":2}\n')
  expect(ndjson.startOfEvent(frame, frame.indexOf('b'))).toBe(8)
  expect(ndjson.startOfEvent(frame, 2)).toBe(0)
})
