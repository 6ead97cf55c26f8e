/** How long a semantic route decides: `npm run bench:semantic-routes [-- --write]`. The bar is 0.5 ms. */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { lexical } from '../src/catalog/embedders/lexical.ts'
import type { CallSorter } from '../src/core/calls/route-plan.ts'
import { sortByDifficulty, thresholdOf } from '../src/policy/difficulty/sort-by-difficulty.ts'
import { difficultyWeights } from '../src/policy/difficulty/weights.generated.ts'
import { nearestIntent } from '../src/policy/nearest-intent.ts'
import { factsOf } from '../test/support/call-facts.ts'
import { type Mark, writeSection } from './results-file.ts'

const mark: Mark = '## Time of a semantic decision'

const verbs = ['cancel', 'change', 'track', 'return', 'renew', 'share', 'sell', 'print', 'move', 'repair']
const things = ['an order', 'my subscription', 'the invoice', 'a gift card', 'the parcel', 'my contract', 'a ticket']
const frames = ['How do I', 'I want to', 'Can you help me to']
const intents = verbs.map((name) => ({
  name,
  examples: things.flatMap((thing) => frames.map((frame) => `${frame} ${name} ${thing} today?`)),
}))
const byIntent = nearestIntent(intents, 0.47, lexical.embedNow)
const byDifficulty = sortByDifficulty(difficultyWeights, thresholdOf(0.3, difficultyWeights.hundredths))
const sorters: Readonly<Record<string, CallSorter>> = {
  'by intent, ten with 21 examples each': ({ request }) => byIntent(request.text),
  'by difficulty': byDifficulty,
  'by difficulty, the third turn of three as long': (facts) => {
    const { text } = facts.request
    return byDifficulty({ ...facts, request: { ...facts.request, earlierTexts: [text, text] } })
  },
}
const sentence = 'The 3 parcels came late and one box was open. '
const prompts = {
  'a question of 9 words': 'I would like to cancel my new subscription please',
  'a text of 1,000 characters': sentence.repeat(30).slice(0, 1000),
  'a text of 100,000 characters': sentence.repeat(3000).slice(0, 100_000),
  'a text of 1,000,000 characters': sentence.repeat(30_000).slice(0, 1_000_000),
}

const lines = [
  mark,
  '',
  `Made by \`npm run bench:semantic-routes\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}.`,
  'The decision alone, 3,000 times after 1,000 to warm up. The bar is 500 µs. The machine is shared.',
  '',
  '| route | prompt | p50 µs | p95 µs |',
  '|---|---|---|---|',
]
for (const [route, sort] of Object.entries(sorters)) {
  for (const [prompt, text] of Object.entries(prompts)) {
    const times = timesOf(sort, text)
    const at = (part: number): string => (1000 * (times[Math.floor(part * times.length)] ?? 0)).toFixed(0)
    lines.push(`| ${route} | ${prompt} | ${at(0.5)} | ${at(0.95)} |`)
  }
}
console.log(lines.join('\n'))
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
if (values.write) await writeSection(mark, lines.join('\n'))

function timesOf(sort: CallSorter, text: string): number[] {
  const facts = factsOf({ text })
  const times = Array.from({ length: 4000 }, () => {
    const begin = performance.now()
    sort(facts)
    return performance.now() - begin
  })
  return times.slice(1000).sort((a, b) => a - b)
}
