/** https://platform.openai.com/docs/api-reference/moderations/create */
import { z } from 'zod'
import { defineDetector } from '../../core/inspection/detection.ts'
import { answering, offline } from '../../core/inspection/detector-io.ts'
import {
  aboutAll,
  asking,
  askService,
  bearer,
  everyPoint,
  remoteSettings,
  ruleName,
  secretText,
  serviceDestination,
  wholeTexts,
} from '../../core/inspection/remote-detector.ts'

const settings = z.strictObject({
  ...remoteSettings,
  baseUrl: secretText.default('https://api.openai.com/v1').describe('The address of the service.'),
  apiKey: secretText.optional().describe('The credential of the service.'),
  model: z.string().min(1).max(128).default('omni-moderation-latest').describe('Which model is asked.'),
})
type Settings = z.infer<typeof settings>

const Answer = z.object({
  results: z
    .array(
      z.object({
        flagged: z.boolean(),
        categories: z.record(z.string(), z.boolean().nullish()),
        category_scores: z.record(z.string(), z.number().nullish()),
      }),
    )
    .min(1),
})

const categories = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
]
const rules = Object.fromEntries([...categories, 'flagged'].map((name) => [ruleName(name), 'harmful-content']))
/** What the service has flagged counts, however low its score: the scores of its categories have other thresholds. */
const FLAGGED = 0.5

export default defineDetector<Settings>({
  id: 'openai-moderation',
  title: "OpenAI's moderation",
  about:
    'Asks the moderation endpoint of OpenAI, or of a server that speaks as it does, about harmful content. What it flags is a finding over the whole text, with its score.',
  points: everyPoint,
  taxonomy: ['LLM05'],
  rules,
  ...wholeTexts,
  settings,
  exampleSettings: settings.parse({ apiKey: 'env:OPENAI_API_KEY' }),
  exampleIo: answering((body) => {
    const flagged = body.includes('hurt')
    const scores = Object.fromEntries(categories.map((name) => [name, flagged && name === 'violence' ? 0.93 : 0.01]))
    const found = Object.fromEntries(categories.map((name) => [name, flagged && name === 'violence']))
    return {
      id: 'modr-1',
      model: 'omni-moderation-latest',
      results: [{ flagged, categories: found, category_scores: scores }],
    }
  }),
  examples: {
    flagged: [{ text: 'I will hurt him.', rule: 'violence' }],
    clean: [{ text: 'I will help him.' }],
  },
  destination: serviceDestination,
  create: (given, io = offline) =>
    asking(given, io, { maxCharacters: 32_000 }, async (text, { signal }) => {
      const headers = await bearer(io, given.apiKey)
      const body = { model: given.model, input: text }
      const { results } = await askService(
        io,
        given,
        { name: 'openai-moderation', path: '/moderations', headers, body, signal },
        Answer,
      )
      return results.flatMap(({ flagged, categories: found, category_scores: scores }) => {
        const named = Object.entries(found).filter(([, isFound]) => isFound === true)
        if (named.length === 0) return flagged ? [aboutAll(text, 'flagged', 'harmful-content', FLAGGED)] : []
        return named.map(([name]) =>
          aboutAll(text, ruleName(name), 'harmful-content', Math.max(FLAGGED, scores[name] ?? FLAGGED)),
        )
      })
    }),
})
