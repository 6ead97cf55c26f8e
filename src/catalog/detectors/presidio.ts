/** https://microsoft.github.io/presidio/api-docs/api-docs.html#tag/Analyzer/paths/~1analyze/post */
import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { answering, offline } from '../../core/inspection/detector-io.ts'
import {
  asking,
  askService,
  bearer,
  everyPoint,
  remoteSettings,
  ruleName,
  scoreOf,
  secretText,
  serviceDestination,
  spanOfCharacters,
  wholeTexts,
} from '../../core/inspection/remote-detector.ts'

const settings = z.strictObject({
  ...remoteSettings,
  baseUrl: secretText.describe('The address of the analyzer: `http://127.0.0.1:5002`.'),
  apiKey: secretText.optional().describe('A credential, where a proxy in front of it wants one.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'takes a code of two or three letters')
    .default('en')
    .describe('The language that the analyzer is asked about, by ISO 639.'),
  entities: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(200)
    .optional()
    .describe('Only these, as Presidio names them. Default all that it knows.'),
})
type Settings = z.infer<typeof settings>

const Answer = z
  .array(z.object({ entity_type: z.string(), start: z.number(), end: z.number(), score: z.number() }))
  .max(10_000)

export default defineDetector<Settings>({
  id: 'presidio',
  title: 'Microsoft Presidio',
  about:
    'Asks a Presidio analyzer about personal data. The rules of its findings are the types of entities that it knows: `us-ssn`, `person`. Positions of characters are made positions of UTF-16 units.',
  points: everyPoint,
  taxonomy: ['LLM02'],
  rules: {},
  ...wholeTexts,
  settings,
  exampleSettings: settings.parse({ baseUrl: 'http://presidio:3000', allowPrivateNetwork: true }),
  exampleIo: answering((body) => {
    const { text } = z.object({ text: z.string() }).parse(JSON.parse(body))
    const start = Array.from(text).join('').indexOf('John Smith')
    const before = Array.from(text.slice(0, Math.max(0, start))).length
    if (start < 0) return []
    return [{ analysis_explanation: null, entity_type: 'PERSON', start: before, end: before + 10, score: 0.85 }]
  }),
  examples: {
    flagged: [
      { text: 'John Smith has called.', rule: 'person' },
      { text: '😀😀 John Smith has called.', rule: 'person' },
    ],
    clean: [{ text: 'Somebody has called.' }],
  },
  destination: serviceDestination,
  create: (given, io = offline) =>
    asking(given, io, { maxCharacters: 65_536 }, async (text, { signal }) => {
      const { language, entities } = given
      const body = { text, language, ...(entities === undefined ? {} : { entities }) }
      const headers = await bearer(io, given.apiKey)
      const found = await askService(io, given, { name: 'presidio', path: '/analyze', headers, body, signal }, Answer)
      return found.map(({ entity_type: type, start, end, score }) => {
        const span = spanOfCharacters(text, start, end)
        return { rule: ruleName(type), category: 'personal', score: scoreOf(score), span }
      })
    }),
})
