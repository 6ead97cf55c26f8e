import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/detection.ts'

const settings = z.strictObject({})

/** AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const awsKey = /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g

export default defineDetector({
  id: 'secrets',
  title: 'Secrets',
  about: 'Finds credentials by the shapes that their vendors give them.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'CWE-798'],
  rules: { 'aws-access-key': 'credential' },
  maxSpan: 20,
  settings,
  examples: {
    flagged: [{ text: 'The key is AKIAQ3EGTPXVZ5NHWL2M, keep it.', rule: 'aws-access-key' }],
    clean: [{ text: 'Keys of AWS begin with AKIA.' }],
  },
  create: () => (text) =>
    text.views.flatMap((view) =>
      Array.from(view.text.matchAll(awsKey), (match): Finding => {
        const span = view.spanOf(match.index, match.index + match[0].length)
        return { rule: 'aws-access-key', category: 'credential', score: 1, span }
      }),
    ),
})
