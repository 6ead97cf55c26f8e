import { expect, it } from 'vitest'
import type { KeptPolicy } from '../../core/inspection/guardrail.ts'
import { policyChanges } from '../../policy/guardrails/policy-changes.ts'
import { guardrailConfig } from './compile-guardrails.ts'
import { InspectionSection, presets } from './guardrails-section.ts'

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

it('a preset for one more workspace is told as what is new, and as whose it is', () => {
  const kept = (presets: readonly object[]): KeptPolicy => {
    const { all, version } = guardrailConfig(
      { entries: [], inspection: InspectionSection.parse({ preset: 'balanced', presets }) },
      {},
      () => undefined,
    )
    return { version, since: 0, guardrails: all, onError: 'deny', unreadable: 'deny' }
  }
  const regulated = (...workspaces: readonly string[]) => kept([{ preset: 'regulated', workspaces }])
  const added = policyChanges(kept([]), regulated('payments'))
  expect(added.filter(({ kind }) => kind === 'removed')).toEqual([])
  expect(added).toContainEqual(expect.objectContaining({ kind: 'added', guardrail: 'secrets (regulated)' }))
  const of = (workspace: string): string =>
    `"preset regulated: for the workspace ${workspace}; preset balanced: for all others"`
  expect(policyChanges(regulated('payments'), regulated('lab'))).toEqual([
    { kind: 'changed', text: `Who has which preset was ${of('payments')}, and is ${of('lab')}.` },
  ])
})
