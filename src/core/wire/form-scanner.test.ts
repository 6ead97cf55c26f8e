import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withFormField, withFormModel } from './form-data.ts'
import { type FormPart, FormScanner } from './form-scanner.ts'
import { type BodySink, type StreamedBody, splicedBody } from './streamed-body.ts'

const boundary = '----WebKitFormBoundary7f3a'
const type = `multipart/form-data; boundary=${boundary}`

const value = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\r\n', '--', '\r\n--', `\r\n--${boundary.slice(0, -1)}`))
  .filter((text) => !text.includes(boundary))
const part = fc.record({ name: fc.constantFrom('file', 'prompt', 'image[]'), value, isFile: fc.boolean() })
const parts = fc.array(part, { maxLength: 4 })

function form(before: readonly Part[], model: string, after: readonly Part[]): Buffer {
  return written([...before, { name: 'model', value: model, isFile: false }, ...after])
}

function written(all: readonly Part[]): Buffer {
  const pieces = all.map(({ name, value, isFile }) => {
    const file = isFile ? '; filename="a;b.mp3"\r\nContent-Type: audio/mpeg' : ''
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`
  })
  return Buffer.from(`${pieces.join('')}--${boundary}--\r\n`)
}

interface Part {
  readonly name: string
  readonly value: string
  readonly isFile: boolean
}

/** Cut at random places, empty pieces among them. */
const cuts = fc.array(fc.nat(5000), { maxLength: 12 })

function chunked(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end))
}

function scan(chunks: readonly Buffer[], once = ['model']): { scanner: FormScanner; parts: FormPart[] } {
  const found: FormPart[] = []
  const scanner = new FormScanner(type, once, (next) => found.push(next))
  for (const chunk of chunks) scanner.push(chunk)
  scanner.end()
  return { scanner, parts: found }
}

/** A body that gives its chunks as fast as they are taken. */
function bodyOf(chunks: readonly Buffer[], length: number | undefined): StreamedBody {
  return {
    length,
    isSpent: false,
    open(sink) {
      for (const chunk of chunks) sink.data(chunk)
      sink.end()
    },
    resume: () => undefined,
    close: () => undefined,
  }
}

function outOf(body: StreamedBody): Buffer {
  const out: Buffer[] = []
  const sink: BodySink = {
    data: (chunk) => out.push(chunk) > 0,
    end: () => undefined,
    fail(error) {
      throw error
    },
  }
  body.open(sink)
  return Buffer.concat(out)
}

describe('a form that comes in pieces', () => {
  it('has the same parts and the same model, whatever the pieces', () => {
    fc.assert(
      fc.property(parts, parts, cuts, (before, after, places) => {
        const bytes = form(before, 'gpt-5-mini', after)
        const { scanner, parts: found } = scan(chunked(bytes, places))
        expect(scanner.found.get('model')?.value).toBe('gpt-5-mini')
        expect(found.map(({ name, isFile, start, end }) => [name, isFile, bytes.toString('utf8', start, end)])).toEqual(
          [...before, { name: 'model', value: 'gpt-5-mini', isFile: false }, ...after].map((each) => [
            each.name,
            each.isFile,
            each.value.toWellFormed(),
          ]),
        )
        expect(scan([...bytes].map((byte) => Buffer.from([byte]))).parts).toEqual(found)
      }),
    )
  })

  it('leaves with the same bytes as one that is held whole, and with the length that was said', () => {
    fc.assert(
      fc.property(parts, parts, cuts, fc.stringMatching(/^[a-z0-9./-]{0,20}$/), (before, after, places, model) => {
        for (const old of ['old', '']) {
          const bytes = form(before, old, after)
          const chunks = chunked(bytes, places)
          const span = scan(chunks).scanner.found.get('model')
          if (span === undefined) throw new Error('the model was not found')
          const expected = withFormField(bytes, type, 'model', model)
          const spliced = splicedBody(bodyOf(chunks, bytes.length), span, Buffer.from(model))
          expect(outOf(spliced)).toEqual(expected)
          expect(spliced.length).toBe(expected.length)
          // Twice, as for a client of Portkey: once by the config, once for the target.
          const inner = splicedBody(bodyOf(chunks, undefined), span, Buffer.from('between'))
          const outer = splicedBody(inner, { start: span.start, end: span.start + 7 }, Buffer.from(model))
          expect(outOf(outer)).toEqual(expected)
          expect(outer.length).toBeUndefined()
        }
      }),
    )
  })

  it('gets a model where it has none as one that is held whole does, and may change it again', () => {
    fc.assert(
      fc.property(parts, cuts, fc.constantFrom('', '\r\n'), (all, places, front) => {
        const bytes = Buffer.concat([Buffer.from(front), written(all)])
        const chunks = chunked(bytes, places)
        const upload = { body: bodyOf(chunks, bytes.length), model: scan(chunks).scanner.placeOf('model') }
        const wire = withFormModel({ bytes: Buffer.alloc(0), contentType: type, json: {}, upload }, type, 'alias')
        expect(wire.json).toEqual({ model: 'alias' })
        const changed = withFormModel(wire, type, 'gpt-5-mini').upload?.body
        const expected = withFormField(bytes, type, 'model', 'gpt-5-mini')
        expect(changed && outOf(changed)).toEqual(expected)
        expect(changed?.length).toBe(expected.length)
      }),
    )
  })

  it('is not whole until its last boundary has come', () => {
    const bytes = form([], 'a', [{ name: 'file', value: 'x'.repeat(40), isFile: true }])
    for (let end = 0; end < bytes.length - 4; end++) expect(() => scan([bytes.subarray(0, end)])).toThrow(/The form /)
    for (let end = bytes.length - 2; end <= bytes.length; end++) scan([bytes.subarray(0, end)])
  })
})

it('wanted fields are given whatever the chunking, each time that they stand there, and no file is', () => {
  fc.assert(
    fc.property(parts, cuts, (before, places) => {
      const taken: string[][] = []
      const fields = {
        isWanted: (name: string) => name !== 'file',
        take: (name: string, text: string) => void taken.push([name, text]),
      }
      const scanner = new FormScanner(type, ['model'], undefined, fields)
      for (const chunk of chunked(form(before, 'm', []), places)) scanner.push(chunk)
      scanner.end()
      const wanted = before.filter(({ name, isFile }) => !isFile && name !== 'file')
      expect(taken).toEqual(wanted.map(({ name, value: text }) => [name, Buffer.from(text).toString()]))
      expect(scanner.found.get('model')?.value).toBe('m')
    }),
  )
})
