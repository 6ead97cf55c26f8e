import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmbeddingRequest } from '../../core/model/embeddings.ts'
import { cohereEmbed } from './cohere.ts'
import { geminiBatchEmbed } from './gemini.ts'
import { jinaEmbeddings } from './jina.ts'
import { ollamaEmbed } from './ollama.ts'
import { openaiEmbeddings } from './openai.ts'
import { base64Of, floatsOf } from './vectors.ts'
import { voyageEmbeddings } from './voyage.ts'

const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
/** JSON as it is written here has no negative zero. */
const vector = floats.map((values) => values.map((value) => (value === 0 ? 0 : value)))

describe('vectors', () => {
  it('are the same floats in base64 and back', () => {
    fc.assert(
      fc.property(vector, (values) => {
        expect(floatsOf(base64Of(values))).toEqual(values)
      }),
    )
  })

  it('are the same base64 in floats, through JSON and back', () => {
    fc.assert(
      fc.property(vector, (values) => {
        const text = Buffer.from(new Float32Array(values).buffer).toString('base64')
        expect(base64Of(JSON.parse(JSON.stringify(floatsOf(text))))).toBe(text)
      }),
    )
  })
})

const formats = [openaiEmbeddings, cohereEmbed, geminiBatchEmbed, ollamaEmbed, voyageEmbeddings, jinaEmbeddings]
const purposes = { cohere: 'query', 'gemini-batch': 'fact', voyage: 'document', jina: 'clustering' } as const

describe.each(formats)('$id', (format) => {
  const request = fc.record({
    inputs: fc.array(fc.string(), { minLength: 1 }),
    encoding: fc.constant('float' as const),
    dimensions: fc.integer({ min: 1, max: 4096 }),
    other: fc.constant([]),
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(request, (written: EmbeddingRequest) => {
        const purpose = format.id in purposes ? purposes[format.id as keyof typeof purposes] : undefined
        const asked = purpose === undefined ? written : { ...written, purpose }
        const { body, unsaid } = format.encodeRequest(asked, 'a-model')
        expect(unsaid).toEqual([])
        expect(format.decodeRequest(JSON.parse(JSON.stringify(body)))).toEqual(asked)
      }),
    )
  })

  it('writes replies that it reads', () => {
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1 }), fc.nat(), (vectors, inputTokens) => {
        const asked = { inputs: vectors.map(() => 'x'), encoding: 'float', other: [] } as const
        const reply = { vectors, usage: { inputTokens, outputTokens: 0 } }
        const body = format.encodeReply(reply, { request: asked, model: 'm', callId: 'c' })
        expect(format.decodeReply(JSON.parse(JSON.stringify(body)))).toMatchObject(reply)
      }),
    )
  })

  it('refuses replies without vectors, whatever they are', () => {
    for (const body of [{}, { data: [{}] }, { embeddings: [{}] }, { data: [{ embedding: 'AA==' }] }, { embeddings: 7 }])
      expect(() => format.decodeReply(body)).toThrow(expect.objectContaining({ code: 'upstream_invalid_reply' }))
  })

  it('never fails on a hostile body in any other way than by naming what is wrong', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        try {
          format.decodeRequest(JSON.parse(JSON.stringify(body)))
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'invalid_request' })
        }
      }),
    )
  })
})

it('says that tokens of one vendor mean nothing to another', () => {
  const request = openaiEmbeddings.decodeRequest({ model: 'm', input: [[1, 2], [3]] })
  expect(request.inputs).toEqual([[1, 2], [3]])
  expect(openaiEmbeddings.decodeRequest({ model: 'm', input: [1, 2] }).inputs).toEqual([[1, 2]])
  expect(() => cohereEmbed.encodeRequest(request, 'm')).toThrow(expect.objectContaining({ param: 'input' }))
})
