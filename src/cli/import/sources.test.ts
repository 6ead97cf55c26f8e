import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { allProviders } from '../../server/checked-config.ts'
import { UsageError } from '../command.ts'
import { placeOf } from './field.ts'
import { importText } from './import-text.ts'
import { bifrostProviders } from './sources/bifrost.ts'
import { heliconeProviders } from './sources/helicone.ts'
import { litellmKeyVariables, litellmProviders } from './sources/litellm/providers.ts'
import { portkeyProviders } from './sources/portkey.ts'
import { sources } from './sources.ts'

const models = modelCatalogue()
const files = ['litellm.yaml', 'portkey.json', 'bifrost.json', 'helicone.yaml']
const contentOf = (file: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, '../../../test/fixtures/import', file), 'utf8'))

type Place = readonly (string | number)[]

/** Every place in a content, from the outside in. */
function placesIn(content: unknown, path: Place = []): Place[] {
  if (typeof content !== 'object' || content === null) return [path]
  const inner = Array.isArray(content) ? [...content.entries()] : Object.entries(content)
  return [path, ...inner.flatMap(([key, value]) => placesIn(value, [...path, key]))]
}

function valueAt(content: unknown, path: Place): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], content)
}

/** A copy with another value at the place. */
function changed(content: unknown, path: Place, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(content)) return content.map((item, index) => (index === key ? changed(item, rest, value) : item))
  const map = content as Readonly<Record<string, unknown>>
  return { ...map, [key]: changed(map[key], rest, value) }
}

/** Whether the result holds the text, or a note is for the place or one around it or in it. */
function isTold(content: unknown, from: string, path: Place, marker: string): boolean {
  const { config, notes } = importText(JSON.stringify(content), { from, models })
  const wanted = placeOf(path)
  const near = ({ place }: { place: string }): boolean => wanted.startsWith(place) || place.startsWith(wanted)
  return config.includes(marker) || notes.some(near)
}

describe('a part that the import does not know', () => {
  it.each(files)('is told wherever it stands in %s', (file) => {
    const content = contentOf(file)
    const from = file.slice(0, file.indexOf('.'))
    const isMap = (path: Place): boolean => {
      const value = valueAt(content, path)
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    }
    const maps = placesIn(content).filter(isMap)
    expect(maps.length).toBeGreaterThan(10)
    const silent = maps
      .map((path) => [...path, 'zz-unknown'])
      .filter((path) => !isTold(changed(content, path, 'zz-value'), from, path, 'zz-'))
    expect(silent.map(placeOf)).toEqual([])
  })
})

describe('a value of another type', () => {
  it.each(files)('is told wherever it stands in %s, or the file is refused', (file) => {
    const content = contentOf(file)
    const from = file.slice(0, file.indexOf('.'))
    const silent = placesIn(content).filter((path) => {
      try {
        return !isTold(changed(content, path, [['zz-value']]), from, path, 'zz-')
      } catch (fault) {
        if (!(fault instanceof UsageError)) throw fault
        return false
      }
    })
    expect(silent.map(placeOf)).toEqual([])
  })
})

describe('the kind of a file', () => {
  it.each(files)('is recognised by what %s holds', (file) => {
    const content = JSON.stringify(contentOf(file))
    expect(importText(content, { models }).from).toBe(file.slice(0, file.indexOf('.')))
  })

  it('has a test here', () => {
    expect(files.map((file) => file.slice(0, file.indexOf('.'))).sort()).toEqual(sources.map(({ id }) => id).sort())
  })
})

describe('the names of providers elsewhere', () => {
  it.each([
    ['litellm', [...Object.values(litellmProviders), ...Object.keys(litellmKeyVariables)]],
    ['portkey', Object.values(portkeyProviders)],
    ['bifrost', Object.values(bifrostProviders)],
    ['helicone', Object.values(heliconeProviders)],
  ])('lead from %s to providers that there are', (_source, ids) => {
    const known = new Set(allProviders.map(({ id }) => id))
    expect(ids.filter((id) => !known.has(id))).toEqual([])
  })
})
