import { expect, it } from 'vitest'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../engine.ts'

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

const guardrail = (more: string, detector = 'pii'): string =>
  `guardrails:\n  - id: people\n    detector: ${detector}\n    ${more}`
const exception = (more: string): string => guardrail(`exceptions: [{ owner: ada, ${more} }]`)

it.each([
  [guardrail('rules: [ibann]'), '4:5 The detector has no `ibann`; did you mean `iban`?'],
  [exception('expires: 2999-01-31, rules: [ibann]'), '4:53 The detector has no `ibann`; did you mean `iban`?'],
  [exception('expires: 2999-13-31'), '4:32 `guardrails[0].exceptions[0].expires` takes a date such as `2027-01-31`.'],
  [exception('expires: never'), '4:32 `guardrails[0].exceptions[0].expires` takes a date such as `2027-01-31`.'],
  [guardrail('settings: { fom: 1 }', 'secrets'), '4:5 `secrets` has no setting `fom`.'],
])('a guardrail that cannot be kept is refused with its place: %j', (text, expected) => {
  expect(faults(text)).toEqual([expected])
})

const warnings = (text: string): string[] => checkedConfig(text, {}, models).warnings.map(({ message }) => message)

it('what holds only for a workspace or a key whose name is nearly one of the file is warned of', () => {
  const named = 'workspaces: [{ id: support }]\nkeys: [{ id: billing, workspace: clinic }]\n'
  expect(warnings(`${named}${guardrail('workspaces: [supprt]')}`)).toEqual([
    'The guardrail `people` names the workspace `supprt`, which is not in this file; did you mean `support`?',
  ])
  expect(warnings(`${named}${exception('expires: 2999-01-31, keys: [biling]')}`)).toEqual([
    'The guardrail `people` names the key `biling`, which is not in this file; did you mean `billing`?',
  ])
  // Keys and workspaces are made elsewhere, too.
  expect(warnings(`${named}${guardrail('workspaces: [support, clinic, default, radiology]')}`)).toEqual([])
})
