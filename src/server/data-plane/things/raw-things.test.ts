import fc from 'fast-check'
import { expect, it } from 'vitest'
import { madeAt, pathThings } from './raw-things.ts'

const used = (path: string, query = '') =>
  pathThings(path, query).things.map(({ kind, id, isUsed }) => `${isUsed ? '' : '('}${kind} ${id}${isUsed ? '' : ')'}`)

it.each([
  ['/files/file-a1', ['file file-a1']],
  ['/vector_stores/vs_1/files/file-a1', ['vector store vs_1', '(file file-a1)']],
  ['/v1beta/files/abc1:download', ['file abc1']],
  ['/v1/messages/batches/msgbatch_1/results', ['batch msgbatch_1']],
  ['/responses/compact', ['(response compact)']],
  ['/models/gpt-5', []],
  ['/organization/projects/p1', []],
])('%s names %j', (path, things) => {
  expect(used(path)).toEqual(things)
})

it('a path that ends with all of a kind lists it; one behind an id does not', () => {
  expect(pathThings('/files', '').lists).toBe('file')
  expect(pathThings('/vector_stores/vs_1/files', '').lists).toBeUndefined()
  expect(pathThings('/models', '').lists).toBeUndefined()
  expect(used('/x', '?file_id=a&limit=2')).toEqual(['file a'])
})

it('reads any path, query and reply', () => {
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), fc.string(), (path, query, reply) => {
      pathThings(path, `?${query}`)
      madeAt(path, Buffer.from(reply))
    }),
  )
})

it('what is made is what a reply to its collection names', () => {
  const reply = (object: object): Buffer => Buffer.from(JSON.stringify(object))
  expect(madeAt('/vector_stores', reply({ id: 'vs_1' }))).toEqual([{ kind: 'vector store', id: 'vs_1' }])
  expect(madeAt('/cachedContents', reply({ name: 'cachedContents/c' }))).toEqual([{ kind: 'cache', id: 'c' }])
  expect(madeAt('/uploads/u/complete', reply({ id: 'u', file: { id: 'f' } }))).toEqual([{ kind: 'file', id: 'f' }])
  expect(madeAt('/chat/completions', reply({ id: 'chatcmpl-1' }))).toEqual([])
  expect(madeAt('/vector_stores/vs_1/search', reply({ id: 'x' }))).toEqual([])
  expect(madeAt('/files', reply({ id: 'x'.repeat(201) }))).toEqual([])
})
