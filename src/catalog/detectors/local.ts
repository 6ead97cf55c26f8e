/** A detector of your own, in a file of TypeScript or JavaScript. */
import { z } from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { type DetectorIo, offline } from '../../core/inspection/detector-io.ts'
import { createOverrunTexts } from '../../core/inspection/overrun-texts.ts'
import { asking, everyPoint, wholeTexts } from '../../core/inspection/remote-detector.ts'

const label = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i)

const settings = z.strictObject({
  file: z
    .strictObject(
      { name: z.string(), text: z.string(), rule: label.default('custom'), span: z.int().min(1).optional() },
      { error: 'names a file of TypeScript or JavaScript, such as `detectors/ticket-number.ts`' },
    )
    .describe("The path of a file of TypeScript or JavaScript, from the configuration's folder."),
  options: z
    .record(z.string().max(256), z.json())
    .refine((given) => JSON.stringify(given).length <= 65_536, { error: 'takes at most 65,536 characters of JSON' })
    .default({})
    .describe('What its `detect` gets as `context.options`.'),
  timeoutMs: z
    .int()
    .min(10)
    .max(10_000)
    .default(500)
    .describe('How many milliseconds one text may take, from when it is its turn.'),
  sendConversation: z
    .boolean()
    .default(false)
    .describe('Whether system prompts, sources and the question of the conversation go along.'),
  maxCharacters: z.int().min(1000).max(65_536).default(65_536).describe('Longer texts are sent in parts.'),
  cacheSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(300)
    .describe('How many seconds what it found is used again for the same text; 0: it is not.'),
})
type Settings = z.infer<typeof settings>

const MAX_FINDINGS = 1000

const Findings = z
  .array(
    z.strictObject({
      rule: label.optional(),
      category: label.optional(),
      score: z.number().gt(0).max(1).optional(),
      span: z.strictObject({ start: z.int().min(0), end: z.int() }).optional(),
    }),
  )
  .max(MAX_FINDINGS)

/** As the settings of the examples have it: the process itself is tested elsewhere. */
const example: Settings = settings.parse({
  file: { name: 'ticket-number.ts', text: '', rule: 'ticket-number', span: 16 },
})

export default defineDetector<Settings>({
  id: 'local',
  title: 'A detector of your own, in a file',
  about:
    'Runs the `detect` of a file of TypeScript or JavaScript that `file` names beside the configuration, in a process of its own that may read no files and reach no network, and takes its findings. Who is not done in time is ended and started again; a guardrail that is enforced then refuses the text. Rules and categories are those of the answer. With a `span`, the length of its longest finding, streams flow; without one they are held back to their end.',
  points: everyPoint,
  taxonomy: ['LLM01', 'LLM02', 'LLM05'],
  rules: {},
  ...wholeTexts,
  settings,
  codeFile: 'file',
  exampleSettings: example,
  exampleIo: {
    ...offline,
    askFile: (_file, { text }) =>
      Promise.resolve(
        Array.from(text.matchAll(/\bTCK-\d{6}\b/g), ({ index, 0: found }) => ({
          span: { start: index, end: index + found.length },
        })),
      ),
  },
  examples: {
    flagged: [{ text: 'See TCK-004711 for details.', rule: 'ticket-number' }],
    clean: [{ text: 'See TCK-47 for details.' }],
  },
  localFile: ({ file }) => file,
  create(given, io: DetectorIo = offline) {
    const { file, options, timeoutMs, sendConversation, maxCharacters } = given
    const { name, text: code } = file
    const overruns = createOverrunTexts(io.now)
    return asking(
      given,
      io,
      {
        maxCharacters,
        overlap: file.span,
        keyOf: ({ conversation }) => (sendConversation ? JSON.stringify(conversation ?? null) : ''),
      },
      async (text, { point, conversation, signal }) => {
        const talk = sendConversation && conversation !== undefined ? { conversation } : {}
        const question = { text, point, options, ...talk }
        const ask = () => io.askFile({ name, text: code }, question, { timeoutMs, signal })
        return checked(await overruns.asked(text, ask), text, file.rule)
      },
    )
  },
})

/** Findings as they were given. One that is not in the text is none, and nobody knows which was meant. */
function checked(answer: unknown, text: string, usualRule: string): readonly Finding[] {
  const findings = Findings.safeParse(answer)
  if (!findings.success) throw invalid(findings.error.issues[0]?.path ?? [])
  return findings.data.map(({ rule = usualRule, category = 'custom', score = 1, span }, index): Finding => {
    const { start, end } = span ?? { start: 0, end: text.length }
    if (end <= start || end > text.length) throw invalid([index, 'span'])
    return { rule, category, score, span: { start, end } }
  })
}

function invalid(path: readonly PropertyKey[]): GatewayError {
  const field = path.length === 0 ? 'it' : `\`${path.map(String).join('.')}\``
  return new GatewayError(
    'upstream_invalid_reply',
    `The answer of the detector of a file is not as documented: ${field}.`,
  )
}
