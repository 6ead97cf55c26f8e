import { afterEach, expect, it } from 'vitest'
import { docx, flateBomb, paragraph, pdf } from '../../../test/support/documents.ts'
import { createDocumentReader, type DocumentReader } from './document-reader.ts'

const patience = 120_000
let reader: DocumentReader
afterEach(() => reader.close())

it('a document that takes too much memory ends what reads it, and the next one is read all the same', async () => {
  reader = createDocumentReader()
  const bomb = reader.read(pdf(flateBomb(3000)), patience, 'a')
  const next = reader.read(pdf('(The weather is fine.) Tj'), patience, 'a')
  await expect(bomb).rejects.toThrow(/memory|came to its end/)
  expect((await next)[0]).toEqual({ path: '/page 1', text: 'The weather is fine.' })
}, 180_000)

it('one that is not read in time is given up, and those of others come in turn', async () => {
  reader = createDocumentReader()
  await reader.read(docx(paragraph('warm')), patience, 'a')
  const order: string[] = []
  const ask = (owner: string, name: string) =>
    reader.read(docx(paragraph(name)), patience, owner).then(() => order.push(name))
  await Promise.all([ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('b', 'b2')])
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'b2'])
  await expect(reader.read(docx(paragraph('late')), 0, 'a')).rejects.toThrow('in time')
}, 180_000)

it('no more of one owner wait than may', async () => {
  reader = createDocumentReader()
  const asked = Array.from({ length: 20 }, (_, index) =>
    reader.read(docx(paragraph(`number ${index}`)), patience, 'a').then(
      () => 'read',
      (fault: Error) => fault.message,
    ),
  )
  const said = await Promise.all(asked)
  expect(said.filter((one) => one === 'read').length).toBeGreaterThanOrEqual(16)
  expect(said.filter((one) => /wait/.test(one)).length).toBeGreaterThan(0)
}, 180_000)
