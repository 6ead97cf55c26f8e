import { expect, test } from 'vitest'
import gibberish from '../../src/catalog/detectors/gibberish.ts'
import refusal from '../../src/catalog/detectors/refusal.ts'
import topics from '../../src/catalog/detectors/topics.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

test.each(['a', ' ', 'x ', 'sorry ', 'i am ', "I'm sorry ", 'qqqq ', '\n', '抱歉', '.', 'apple ', 'apple pie '])(
  '%j many times over is read in bounded time',
  async (unit) => {
    const text = inspectedText(unit.repeat(200_000 / unit.length))
    await gibberish.create(gibberish.settings.parse({}))(text, { point: 'output' })
    await refusal.create({})(text, { point: 'output' })
    const settings = topics.settings.parse({ topics: [{ terms: ['apple', 'a', 'a a'], except: ['apple pie'] }] })
    expect((await topics.create(settings)(text, { point: 'output' })).length).toBeLessThanOrEqual(10_000)
  },
  30_000,
)
