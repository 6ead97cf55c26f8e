import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pathTable } from './path-table.ts'

const project = '/v1/projects/{project}/locations/{location}/publishers/{model}:run'
const table = pathTable([
  ['/v1/run', 'exact'],
  ['/v1/models/{model}', 'model'],
  ['/v1/models/{model}:run', 'run'],
  [project, 'project', (written: string) => written.toUpperCase()],
  ['/v1/projects/{project}/locations/{location}/count.all', 'count'],
] as const)

it.each([
  ['/v1/run', { item: 'exact' }],
  ['/v1/models/a%2Fb', { item: 'model', model: 'a/b' }],
  ['/v1/models/a/b:run', { item: 'run', model: 'a/b' }],
  ['/v1/projects/p/locations/l/publishers/a/models/b:run', { item: 'project', model: 'A/MODELS/B' }],
  ['/v1/projects/p/locations/l/count.all', { item: 'count' }],
  ['/v1/projects/p/q/locations/l/count.all', undefined],
  ['/v1/projects//locations/l/count.all', undefined],
  ['/v1/projects/p/locations/l/countXall', undefined],
  ['/v1/models/', undefined],
  ['/v1/models/:run', { item: 'model', model: ':run' }],
])('%s', (path, found) => {
  expect(table.find(path)).toEqual(found)
})

it('a name comes out as it went in, and no path takes long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      expect(table.find(`/v1/models/${encodeURIComponent(name)}:run`)).toEqual({ item: 'run', model: name })
    }),
  )
  const long = '/v1/projects/'.concat('a/locations/b/publishers/'.repeat(2000))
  expect(table.find(long)).toBeUndefined()
})

it('refuses a name that is not valid percent-encoding', () => {
  expect(() => table.find('/v1/models/%zz')).toThrowError(expect.objectContaining({ code: 'not_found' }))
})
