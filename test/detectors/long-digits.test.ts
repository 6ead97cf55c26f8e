import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRandom } from '../../bench/random.ts'
import { detectors } from '../../src/catalog/detectors.generated.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

/** Keys, hashes and pictures are written so: one word without an end. */
function digits(length: number, base: number): string {
  const random = createRandom('long digits')
  return Array.from({ length }, () => Math.floor(random.next() * base).toString(base)).join('')
}

afterEach(() => vi.restoreAllMocks())

/** How often a unit of the text is read, by whatever reads units one by one. */
function readsOf(work: () => unknown): number {
  const reads = vi.spyOn(String.prototype, 'charCodeAt')
  work()
  return reads.mock.calls.length
}

describe('a word of many thousand digits', () => {
  it.each([16, 36])('is read a few times by who looks for personal data, to the base %i', async (base) => {
    const detect = detectors['pii']?.create(detectors['pii'].settings.parse({}))
    const looks = [4096, 16_384].map((length) => {
      const text = inspectedText(digits(length, base))
      return readsOf(() => detect?.(text, { point: 'input' })) / length
    })
    for (const each of looks) expect(each).toBeLessThan(10)
  })

  it('is left at its first bytes, where they are no text', () => {
    const text = digits(16_384, 16)
    expect(readsOf(() => inspectedText(text))).toBeLessThan(text.length / 10)
  })
})
