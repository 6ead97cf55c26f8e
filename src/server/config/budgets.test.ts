import { expect, it } from 'vitest'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../checked-config.ts'

const models = modelCatalogue()

function faults(text: string): string[] {
  try {
    checkedConfig(text, {}, models)
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
  }
}

const ofKey = (entry: string): string => `keys:\n  - id: a\n    limits:\n      - ${entry}`

it.each([
  [ofKey('{ requests: 5 }'), /^4:9 `requests` needs `per`: `second`, `minute`/],
  [ofKey('{ per: minute }'), /^4:9 A budget needs an amount: `requests`, /],
  [ofKey('{ requests: 0, per: minute }'), /^4:11 `keys\[0\]\.limits\[0\]\.requests` is too small: more than 0\.$/],
  [ofKey('{ requests: -1, per: minute }'), /is too small/],
  [ofKey('{ requests: 1.5, per: minute }'), /`keys\[0\]\.limits\[0\]\.requests`/],
  [ofKey('{ costUsd: 0.0000001, per: month }'), /costUsd` is too small/],
  [ofKey('{ costUsd: .nan, per: month }'), /`keys\[0\]\.limits\[0\]\.costUsd`/],
  [ofKey('{ costUsd: .inf, per: month }'), /`keys\[0\]\.limits\[0\]\.costUsd`/],
  [ofKey('{ requests: 5, per: year }'), /must be `second` or `minute`/],
  [ofKey('{ request: 5, per: day }'), /Unknown key `request`; did you mean `requests`\?/],
  [ofKey('{ concurrentCalls: 5, per: minute }'), /takes no `per`; give it an entry of its own/],
  [ofKey('{ tokens: 5, per: month, window: sliding }'), /A month takes no `sliding` window/],
  [ofKey('{ tokens: 5, per: total, window: token-bucket }'), /A budget for all time takes no `token-bucket` window/],
  [`${ofKey('{ tokens: 5, per: day }')}\n      - { tokens: 6, per: day }`, /^5:9 There is a budget like this already/],
  ['budgets: [{ requests: 5, per: day }]', /`budgets\[0\]\.id` is missing/],
  [
    'budgets: [{ id: x, requests: 5, per: day }, { id: x, tokens: 5, per: day }]',
    /There is a budget like this already/,
  ],
  [
    'budgets: [{ id: x, requests: 5, per: day, groupBy: [colour] }]',
    /takes `organization`, `workspace`, `key`, `agent`, `user`, `model`, `provider`, `tag` and `metadata/,
  ],
])('a budget that cannot be kept is refused with its place: %j', (text, expected) => {
  const found = faults(text)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(expected)
})

it('one entry may hold several amounts for one time', () => {
  const { keys } = checkedConfig(
    'keys:\n  - { id: a, key: chosen-0123456789abcdef, limits: [{ requests: 5, tokens: 1000, per: minute }, { concurrentCalls: 2 }] }',
    {},
    models,
  )
  expect(keys[0]?.budgets?.map(({ measure, amount, window }) => [measure, amount, window?.kind])).toEqual([
    ['requests', 5, 'sliding'],
    ['tokens', 1000, 'sliding'],
    ['concurrentCalls', 2, undefined],
  ])
})
