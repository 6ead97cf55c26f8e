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

const guardrail = (more: string, detector = 'pii'): string =>
  `guardrails:\n  - id: people\n    detector: ${detector}\n    ${more}`
const exception = (more: string): string => guardrail(`exceptions: [{ owner: ada, ${more} }]`)

it.each([
  [guardrail('rules: [ibann]'), '4:5 The detector has no `ibann`; did you mean `iban`?'],
  [exception('expires: 2999-01-31, rules: [ibann]'), '4:53 The detector has no `ibann`; did you mean `iban`?'],
  [exception('expires: 2999-13-31'), '4:32 `guardrails[0].exceptions[0].expires` takes a date such as `2027-01-31`.'],
  [exception('rules: [iban]'), expect.stringMatching(/`guardrails\[0\].exceptions\[0\].expires` is missing\.$/)],
  [exception('expires: 20270131'), expect.stringMatching(/takes a date such as `2027-01-31`\.$/)],
  [guardrail('settings: {}', 'json-schema'), expect.stringMatching(/`settings.schema` of `json-schema` is missing\.$/)],
  [guardrail('settings: { file: 7 }', 'local'), expect.stringMatching(/`settings.file` of `local` is missing\.$/)],
  [
    guardrail('settings: { patterns: [{ name: My Rule, pattern: T }] }', 'regex'),
    expect.stringMatching(
      /^4:30 `settings.patterns\[0\].name` .* takes small letters, digits and dashes, at most 64\.$/,
    ),
  ],
  [exception('expires: never'), '4:32 `guardrails[0].exceptions[0].expires` takes a date such as `2027-01-31`.'],
  [
    guardrail('settings: { patterns: [{ name: ticket, pattern: T }] }\n    rules: [pattern, tiket]', 'regex'),
    '5:5 The detector has no `pattern`; there is `ticket`.',
    '5:5 The detector has no `tiket`; did you mean `ticket`?',
  ],
  [guardrail('thresholds: { input: 2 }'), expect.stringMatching(/`guardrails\[0\].thresholds.input` .*1/)],
  [guardrail('thresholds: { inputs: 0.5 }'), '4:19 Unknown key `inputs`.'],
  [guardrail('points: [output]\n    thresholds: { input: 0.5 }'), '5:19 The guardrail does not look at `input`.'],
  [guardrail('settings: { fom: 1 }', 'secrets'), '4:5 `secrets` has no setting `fom`.'],
  [
    guardrail('settings: { forbidden: [b], requird: [a] }', 'words'),
    '4:5 `words` has no setting `requird`; did you mean `required`?',
  ],
  [guardrail('settings: { forbidden: 7 }', 'words'), '4:17 `settings.forbidden` of `words` must be a list.'],
  [
    guardrail('state: enforced'),
    '4:5 `guardrails[0].state` must be `off` or `shadow` or `enforce`; did you mean `enforce`?',
  ],
  [
    guardrail('action: redakt'),
    '4:5 `guardrails[0].action` must be `allow` or `redact` or `answer` or `ask` or `deny`; did you mean `redact`?',
  ],
  [
    'inspection: { presets: [{ preset: strct, keys: [a] }, { preset: strict }, { preset: off, workspace: [a] }] }',
    expect.stringMatching(/`inspection.presets\[0\].preset` must be .*; did you mean `strict`\?$/),
    expect.stringMatching(/`inspection.presets\[1\]` names `workspaces`, `keys` or both; what is for all calls is/),
    expect.stringMatching(/`inspection.presets\[2\]` names /),
    '1:90 Unknown key `workspace`; did you mean `workspaces`?',
  ],
  [guardrail('points: [inputs]'), expect.stringMatching(/^4:1\d .*; did you mean `input`\?$/)],
  [guardrail('state: shadow', 'pi'), '3:5 There is no detector `pi`; did you mean `pii`?'],
  [
    // A fault of the schema hides none of the others.
    `${guardrail('state: enforced')}\n  - id: second\n    detector: pi\n  - { id: third, detector: words, settings: { required: [a], forbiden: [b] } }`,
    '4:5 `guardrails[0].state` must be `off` or `shadow` or `enforce`; did you mean `enforce`?',
    '6:5 There is no detector `pi`; did you mean `pii`?',
    expect.stringContaining('`words` has no setting `forbiden`; did you mean `forbidden`?'),
  ],
  [
    guardrail('rules: [ibann]\n    action: redakt\n    answer: No.'),
    '4:5 The detector has no `ibann`; did you mean `iban`?',
    '5:5 `guardrails[0].action` must be `allow` or `redact` or `answer` or `ask` or `deny`; did you mean `redact`?',
  ],
  [guardrail('answer: No.'), expect.stringMatching(/^4:5 Only a guardrail with `action: answer`/)],
])('a guardrail that cannot be kept is refused with its place: %j', (text, ...expected) => {
  expect(faults(text)).toEqual(expected)
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

it('an exception that is over is warned of', () => {
  expect(warnings(exception('expires: 2020-01-31'))).toEqual([
    'The exception of ada in the guardrail `people` is over since 2020-01-31; prolong it, or take it out.',
  ])
  expect(warnings(exception('expires: 2999-01-31'))).toEqual([])
})
