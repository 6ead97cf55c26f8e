/** Detectors of which no table says how much they catch, and why: a table that is left out must not look like one that is good. */
import { detectors } from '../../src/catalog/detectors.generated.ts'

/** How much of what they look for is found. */
const measured: ReadonlySet<string> = new Set(['groundedness', 'harmful-content', 'pii', 'prompt-injection', 'secrets'])

const bySettings =
  'Finds what its settings name and nothing else: there is no share to estimate. The examples on its page are tests.'
const elsewhere =
  'Asks a service elsewhere, whose figures are its vendor’s. Tested against a program that speaks its documented shapes.'
const own = 'Is as good as what whoever runs the gateway puts there.'
const alarmsOnly =
  'False alarms are in the table of unsafe output. There are no labelled texts to say how much is caught: its examples are tests, and rows of our own would only show that rules find what they were written for.'
const unlabelled = 'There are no labelled texts for it at hand. Its examples are tests.'

const reasons: Readonly<Record<string, string>> = {
  'azure-prompt-shields': elsewhere,
  'bedrock-guardrail': elsewhere,
  canary: bySettings,
  'classification-labels':
    'Refusals of ordinary texts are in the tables of presets. Labels have fixed forms, which its examples show.',
  'database-safety': alarmsOnly,
  dictionary: bySettings,
  'exact-data-match': bySettings,
  gibberish: unlabelled,
  'html-injection': alarmsOnly,
  'injection-model': own,
  'json-schema': bySettings,
  lakera: elsewhere,
  language: unlabelled,
  length: bySettings,
  'llm-judge': own,
  local: own,
  'malicious-url': alarmsOnly,
  'openai-moderation': elsewhere,
  presidio: elsewhere,
  'prisma-airs': elsewhere,
  profanity: unlabelled,
  refusal: unlabelled,
  regex: bySettings,
  'source-code': unlabelled,
  'system-prompt-leakage': 'Counts words in a row, as its settings say. A paraphrase or a translation is not found.',
  topics: bySettings,
  'unsafe-code': alarmsOnly,
  webhook: own,
  words: bySettings,
}

/** Throws when a detector stands in neither list, or in both. */
export function unmeasuredText(): string {
  const ids = Object.keys(detectors)
  const strange = ids.filter((id) => measured.has(id) === Object.hasOwn(reasons, id))
  const gone = [...measured, ...Object.keys(reasons)].filter((id) => !ids.includes(id))
  if (strange.length + gone.length > 0)
    throw new Error(`bench/security/unmeasured.ts: ${[...strange, ...gone].join(', ')}`)
  const rows = Map.groupBy(
    ids.filter((id) => !measured.has(id)),
    (id) => reasons[id] ?? '',
  )
  const lines = Array.from(rows, ([reason, named]) => `| ${named.map((id) => `\`${id}\``).join(', ')} | ${reason} |`)
  return `## Detectors without a figure for what they catch\n\n| detectors | why |\n|---|---|\n${lines.join('\n')}\n`
}
