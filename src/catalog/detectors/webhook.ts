/** A detector of your own, behind an address. Questions are signed as Standard Webhooks has it (https://www.standardwebhooks.com). */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import {
  type ConversationContext,
  type DetectionContext,
  defineDetector,
  type Finding,
} from '../../core/inspection/detection.ts'
import { answering, type DetectorIo, offline } from '../../core/inspection/detector-io.ts'
import {
  asking,
  everyPoint,
  readAnswer,
  remoteSettings,
  scoreOf,
  secretText,
  wholeTexts,
} from '../../core/inspection/remote-detector.ts'
import { webhookHeaders } from '../../core/secrets/webhook-signature.ts'

const settings = z.strictObject({
  ...remoteSettings,
  url: secretText.describe(
    'Gets a POST with JSON; https, or http in a private network. May be a reference to a secret.',
  ),
  secret: secretText
    .optional()
    .describe('What questions are signed with. `whsec_…` is base64, anything else the bytes of the text.'),
  sendConversation: z
    .boolean()
    .default(false)
    .describe('Whether system prompts, sources and the question of the conversation go along.'),
  maxCharacters: z.int().min(1000).max(65_536).default(65_536).describe('Longer texts are sent in parts.'),
})
type Settings = z.infer<typeof settings>

const MAX_FINDINGS = 1000

const Answer = z.object({
  findings: z
    .array(
      z.object({
        rule: z.string().min(1).max(128),
        category: z.string().min(1).max(128).nullish(),
        score: z.number().nullish(),
        span: z.object({ start: z.number(), end: z.number() }).nullish(),
      }),
    )
    .max(MAX_FINDINGS),
})

export default defineDetector<Settings>({
  id: 'webhook',
  title: 'A detector of your own, behind an address',
  about:
    'Posts each text to an address of yours and takes its findings. Questions are signed, answers are remembered for a while. Who does not answer in time, or not as documented, has failed: a guardrail that is enforced then refuses the text. Rules and categories are those of the answer.',
  points: everyPoint,
  taxonomy: ['LLM01', 'LLM02', 'LLM05'],
  rules: {},
  ...wholeTexts,
  settings,
  exampleSettings: settings.parse({ url: 'https://detector.example.com/inspect', secret: 'env:DETECTOR_SECRET' }),
  exampleIo: answering((body) => {
    const { text } = z.object({ text: z.string() }).parse(JSON.parse(body))
    const start = text.indexOf('Nightfall')
    if (start < 0) return { findings: [] }
    const span = { start, end: start + 'Nightfall'.length }
    return { findings: [{ rule: 'project-name', category: 'confidential', score: 0.9, span }] }
  }),
  examples: {
    flagged: [
      { text: 'When does Nightfall start?', rule: 'project-name' },
      { text: 'The plan of Nightfall is ready.', point: 'output', rule: 'project-name' },
    ],
    clean: [{ text: 'When does the night fall?' }, { text: ' ' }],
  },
  destination: ({ url, allowPrivateNetwork }) => ({ url, allowPrivateNetwork }),
  create(given, io = offline) {
    const { sendConversation, maxCharacters } = given
    const keyOf = ({ conversation }: DetectionContext): string =>
      sendConversation ? JSON.stringify(conversation ?? null) : ''
    return asking(given, io, { maxCharacters, keyOf }, async (text, context) => {
      const { point, conversation, signal } = context
      const { findings } = await ask(given, io, {
        point,
        text,
        ...(sendConversation && conversation !== undefined ? { conversation } : {}),
        signal,
      })
      return findings.map(({ rule, category, score, span }): Finding => {
        const whole = { start: 0, end: text.length }
        return { rule, category: category ?? 'custom', score: scoreOf(score ?? 1), span: span ?? whole }
      })
    })
  },
})

interface Question {
  readonly point: string
  readonly text: string
  readonly conversation?: ConversationContext
  readonly signal: AbortSignal | undefined
}

async function ask(
  { url, secret, allowPrivateNetwork, timeoutMs }: Settings,
  io: DetectorIo,
  { signal, ...asked }: Question,
): Promise<z.infer<typeof Answer>> {
  const id = `inspect_${randomUUID()}`
  const body = JSON.stringify({ id, ...asked })
  const key = secret === undefined ? undefined : await io.secret(secret)
  const headers = webhookHeaders({ id, now: io.now(), body, key })
  const place = { name: 'webhook', allowPrivateNetwork }
  return readAnswer(await io.post(place, { url: await io.secret(url), headers, body, timeoutMs, signal }), Answer)
}
