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

it('several presets share the detectors that they have in common, and none of them is made twice', () => {
  const compiled = (inspection: object) => guardrailConfig({ entries: [], inspection }, {}, () => undefined)
  const one = compiled({ preset: 'strict' })
  const several = compiled({ preset: 'strict', presets: [{ preset: 'balanced', workspaces: ['lab'] }] })
  expect([...several.detectors.keys()]).toEqual([...one.detectors.keys()])
  expect(one.all.every(({ preset }) => preset === undefined)).toBe(true)
})
