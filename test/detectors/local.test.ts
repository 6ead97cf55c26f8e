import { expect, it } from 'vitest'
import local from '../../src/catalog/detectors/local.ts'
import { type ErrorCode, GatewayError } from '../../src/core/errors.ts'
import { offline } from '../../src/core/inspection/detector-io.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const file = { name: 'own.ts', text: '', rule: 'own' }

it.each<ErrorCode>(['upstream_timeout', 'upstream_reset'])(
  'a detector of a file is asked twice about a text that it does not come to an end with, and not again for ten minutes: %s',
  async (code) => {
    let now = 1_800_000_000_000
    const asked: string[] = []
    const detect = local.create(local.settings.parse({ file, cacheSeconds: 0 }), {
      ...offline,
      now: () => now,
      askFile(_file, { text }) {
        asked.push(text)
        return text === 'clean' ? Promise.resolve([]) : Promise.reject(new GatewayError(code, 'It was ended.'))
      },
    })
    const look = async (text: string) => await detect(inspectedText(text), { point: 'input' })
    for (let turn = 0; turn < 5; turn++) {
      await expect(look('endless')).rejects.toBeInstanceOf(GatewayError)
      expect(await look('clean')).toEqual([])
    }
    expect(asked.filter((text) => text === 'endless')).toHaveLength(2)
    expect(asked.filter((text) => text === 'clean')).toHaveLength(5)
    now += 600_000
    await expect(look('endless')).rejects.toBeInstanceOf(GatewayError)
    expect(asked.filter((text) => text === 'endless')).toHaveLength(3)
  },
)

it('other faults are not remembered: the text did not cause them', async () => {
  let asked = 0
  const detect = local.create(local.settings.parse({ file, cacheSeconds: 0 }), {
    ...offline,
    askFile() {
      asked++
      return Promise.reject(new GatewayError('upstream_unreachable', 'It is not running.'))
    },
  })
  for (let turn = 0; turn < 5; turn++)
    await expect(detect(inspectedText('text'), { point: 'input' })).rejects.toBeInstanceOf(GatewayError)
  expect(asked).toBe(5)
})
