import fc from 'fast-check'
import { expect, test } from 'vitest'
import secrets from '../../catalog/detectors/secrets.ts'
import type { FinishedCall } from '../../core/record/call-store.ts'
import { createRecordedInspection } from './recorded-inspection.ts'

const inspections = {
  // Guardrails in shadow have read every text before it is masked.
  judged: createRecordedInspection({ entries: [], inspection: { preset: 'observe' } }),
  // Nobody has.
  alone: createRecordedInspection({ entries: [], inspection: { preset: 'strict' } }),
}
const [key = ''] = secrets.examples.flagged.map(({ text }) => text)

const piece = fc.oneof(
  fc.constantFrom(...secrets.examples.flagged.map(({ text }) => text)),
  fc.constantFrom(...secrets.examples.clean.map(({ text }) => text)),
  fc.constantFrom(...secrets.examples.flagged.map(({ text }) => Buffer.from(text).toString('base64'))),
  fc.constantFrom('name,password\n', 'anna,hunter2-Zebra!91\n', '\n', ' and ', 'password: '),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
const content = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }).map((parts) => parts.map((one) => ({ type: 'text', text: one }))),
)
const message = fc.oneof(
  fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'tool'), content }),
  fc.record({
    role: fc.constant('assistant'),
    tool_calls: fc.array(
      fc.record({
        id: fc.constant('call_1'),
        function: fc.record({
          name: fc.constant('run'),
          arguments: text.map((said) => JSON.stringify({ command: said })),
        }),
      }),
      { maxLength: 2 },
    ),
  }),
)
const input = fc.oneof(
  fc.array(message, { maxLength: 3 }).map((messages) => JSON.stringify({ model: 'm', messages })),
  // Another endpoint, and a body that was cut.
  fc.dictionary(fc.constantFrom('prompt', 'input', 'files', 'note'), content).map((body) => JSON.stringify(body)),
  text,
)
const output = fc.oneof(
  text.map((said) => JSON.stringify({ choices: [{ index: 0, text: said, finishReason: 'stop' }] })),
  text.map((raw) => JSON.stringify({ raw })),
  text,
)

function call(said: { readonly input?: string; readonly output?: string }): FinishedCall {
  return {
    record: {
      id: 'call',
      startedAt: 1,
      workspace: 'default',
      endpoint: '/v1/chat/completions',
      stream: false,
      status: 200,
      durationMs: 1,
      overheadMs: 1,
      attempts: [],
      decisions: [],
      droppedParameters: [],
    },
    ...said,
    inputTruncated: false,
    outputTruncated: false,
  }
}

test('what was read of a text before masks the same of it', () => {
  let masked = 0
  fc.assert(
    fc.property(fc.record({ input, output }), (said) => {
      const [judged, alone] = [inspections.judged, inspections.alone].map((one) => one.inspect(call(said), false))
      expect([judged?.input, judged?.output]).toEqual([alone?.input, alone?.output])
      if (judged?.input !== said.input || judged?.output !== said.output) masked++
    }),
    { numRuns: 25 },
  )
  expect(masked).toBeGreaterThan(5)
})

test('of a call with the text of the one before, the same is masked again', () => {
  const said = { input: JSON.stringify({ prompt: `${key} ${key}` }), output: JSON.stringify({ raw: key }) }
  const [first, second] = [1, 2].map(() => inspections.judged.inspect(call(said), false))
  expect(first?.input).not.toContain(key)
  expect(first?.output).not.toContain(key)
  expect([second?.input, second?.output]).toEqual([first?.input, first?.output])
})

test('a call that came too late to be judged is masked all the same', () => {
  const said = { input: JSON.stringify({ prompt: key }) }
  const late = inspections.judged.inspect(call(said), true)
  expect(late.input).not.toContain(key)
  expect(late.input).toBe(inspections.judged.inspect(call(said), false).input)
})
