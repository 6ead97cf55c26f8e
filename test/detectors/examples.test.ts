import { describe, expect, test } from 'vitest'
import { detectors } from '../../src/catalog/detectors.generated.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

describe.each(Object.values(detectors))('detector $id', (detector) => {
  const detect = detector.create(detector.settings.parse(detector.exampleSettings ?? {}), detector.exampleIo)
  const find = async ({ text, point, conversation }: (typeof detector.examples.flagged)[number]) =>
    await detect(inspectedText(text), {
      point: point ?? detector.points[0] ?? 'input',
      ...(conversation === undefined ? {} : { conversation }),
    })

  test.each(detector.examples.flagged)('flags $text', async (example) => {
    const findings = await find(example)
    expect(findings).not.toEqual([])
    if (example.rule !== undefined) expect(findings.map(({ rule }) => rule)).toContain(example.rule)
    for (const { rule, category, score, span } of findings) {
      const rules = detector.rulesOf?.(detector.exampleSettings) ?? detector.rules
      // Of some, whoever is asked names the rules.
      if (Object.keys(rules).length > 0) expect([rules[rule]].flat(), `${rule} is one of its rules`).toContain(category)
      expect(score).toBeGreaterThan(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(span.start).toBeGreaterThanOrEqual(0)
      expect(span.end).toBeLessThanOrEqual(example.text.length)
      expect(span.end).toBeGreaterThan(span.start)
    }
  })

  test.each(detector.examples.clean)('leaves $text', async (example) => {
    expect(await find(example)).toEqual([])
  })

  test('has both kinds of examples', () => {
    expect(detector.examples.flagged.length).toBeGreaterThan(0)
    expect(detector.examples.clean.length).toBeGreaterThan(0)
  })
})
