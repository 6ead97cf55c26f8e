import { setFlagsFromString } from 'node:v8'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Detector } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

/** V8 stops to optimize expressions once a process has compiled many of them: what is found must not depend on it. */
describe('where V8 optimizes no expressions', () => {
  let pii: Detector | undefined

  beforeAll(async () => {
    setFlagsFromString('--no-regexp-optimization')
    pii = (await import('../../src/catalog/detectors/pii.ts')).default as unknown as Detector
  })
  afterAll(() => setFlagsFromString('--regexp-optimization'))

  test.each(['Rua das Hortências 1428', '56, Rue de Rivoli', 'ul. Karpacka 69', 'Calle Mayor 15'])(
    'an address is found whatever the case of its street: %s',
    async (address) => {
      const findings = await pii?.create({})(inspectedText(`We met at ${address} at noon.`), { point: 'input' })
      expect(findings?.map(({ rule }) => rule)).toEqual(['address'])
    },
  )
})
