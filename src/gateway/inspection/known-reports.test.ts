import { expect, it } from 'vitest'
import { createKnownReports } from './known-reports.ts'

it('reports of a text that is asked for stay known however many others come, and those of one that nobody asks for do not', () => {
  const known = createKnownReports()
  const reports = [{ detectorKey: 'pii', findings: [] }]
  known.keep('asked for', reports)
  known.keep('left', reports)
  for (let index = 0; index < 20_000; index++) {
    known.keep(`text ${index}`, [])
    if (index % 1000 === 0) expect(known.find('asked for')).toBe(reports)
  }
  expect(known.find('left')).toBeUndefined()
  expect(known.find('text 19999')).toEqual([])
})
