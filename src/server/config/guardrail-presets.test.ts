import { expect, it } from 'vitest'
import { guardrailConfig } from './compile-guardrails.ts'
import { presets } from './guardrails-section.ts'

it.each(presets)('the preset %s names detectors, points and categories that there are', (preset) => {
  const faults: string[] = []
  const { all } = guardrailConfig({ entries: [], inspection: { preset } }, {}, (_path, message) => faults.push(message))
  expect(faults).toEqual([])
  expect(all.length > 0).toBe(preset !== 'off')
  expect(all.every(({ state }) => state === (preset === 'observe' ? 'shadow' : 'enforce'))).toBe(true)
})
