import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialects as served } from '../../src/catalog/dialects.generated.ts'
import { cases } from './cases.ts'
import { dialects } from './dialects.ts'
import { type Row, report } from './report.ts'
import { type MatrixBed, startMatrix } from './run.ts'

let bed: MatrixBed
beforeAll(async () => {
  bed = await startMatrix()
})
afterAll(() => bed.close())

const clients = dialects.filter(({ client }) => client !== undefined)
const providers = dialects.filter(({ provider }) => provider !== undefined)
const rows: Row[] = []

describe.each(clients)('a client of $title', (client) => {
  it.each(providers)('gets all that can be said from a provider of $title', async (provider) => {
    const outcomes = await Promise.all(
      cases.map(async (tested) => {
        const [unary, stream] = await Promise.all([
          bed.run({ client, provider, case: tested, stream: false }),
          bed.run({ client, provider, case: tested, stream: true }),
        ])
        return { unary, stream }
      }),
    )
    rows.push({ client, provider, outcomes })
    const faults = outcomes.flatMap(({ unary, stream }, index) =>
      [unary, stream].flatMap((outcome, way) =>
        outcome.kind === 'failed'
          ? [`${cases[index]?.title}, ${way === 0 ? 'unary' : 'stream'}: ${outcome.fault}`]
          : [],
      ),
    )
    expect(faults).toEqual([])
  })
})

it('leaves no dialect out', () => {
  expect(clients.map(({ id }) => id).toSorted()).toEqual(Object.keys(served).toSorted())
})

it('docs/MATRIX.md says what came out', async () => {
  await expect(report(rows)).toMatchFileSnapshot('../../docs/MATRIX.md')
})
