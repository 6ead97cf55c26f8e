/**
 * Measures how many ordinary conversations the rules of `consumption` would touch with their defaults, all enforced:
 * `npm run eval:consumption -- --data <jsonl>`, lines with `text` and `source`.
 *
 * The texts are real (ordinary prompts and documents of public sources); who asks them and when is drawn by chance, as no public
 * record of a gateway's calls says that: keys that work by day, in conversations of 1 to 12 turns, some of them with an agent that
 * sends a turn every few seconds. Half of the keys learn for the first half of their calls, and are judged
 * in the second; the others are new when those are known, and judged from their first call on.
 *
 * `-- --attacks` plays attacks in place of them, through a gateway, and says what each costs; with `--write` the guide has it.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Message } from '../src/core/model/model-request.ts'
import type { CallShape, ConsumptionSettings } from '../src/core/spending/consumption.ts'
import { createConsumptionGuard } from '../src/policy/consumption/guard.ts'
import { turnSketch } from '../src/policy/consumption/turn-sketch.ts'
import { consumptionSettings } from '../src/server/config/consumption-section.ts'
import { shareOf } from './binomial.ts'
import { reportAttacks } from './consumption/attack-report.ts'
import { createRandom } from './random.ts'

const keys = 100
const conversationsOfKey = 120

const { values } = parseArgs({
  options: { data: { type: 'string' }, attacks: { type: 'boolean' }, write: { type: 'boolean' } },
})
if (values.attacks === true) {
  await reportAttacks(values.write === true)
  process.exit()
}
if (values.data === undefined) throw new Error('Name the texts: --data <jsonl>.')
const texts = readFileSync(values.data, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => String((JSON.parse(line) as { readonly text: string }).text))
const random = createRandom('ordinary conversations')
const pick = (): string => texts[Math.floor(random.next() * texts.length)] ?? ''

let now = 0
const found = new Map<string, number>()
const settings = consumptionSettings({ state: 'enforce' }) as ConsumptionSettings
const guard = createConsumptionGuard({ now: () => now, newId: () => 'decision', raise: () => undefined })

interface Turn {
  readonly at: number
  readonly key: string
  readonly conversation: number
  readonly messages: readonly Message[]
  readonly isJudged: boolean
}

const turns: Turn[] = []
let conversation = 0
for (let key = 0; key < keys; key++) {
  const isNew = key >= keys / 2
  const beganAt = isNew ? 14 * 86_400_000 : 0
  for (let index = 0; index < conversationsOfKey; index++) {
    conversation++
    const isAgent = random.next() < 0.2
    let at = beganAt + (index * 14 * 86_400_000) / conversationsOfKey + random.next() * 36_000_000
    const messages: Message[] = []
    for (let turn = 0, count = 1 + Math.floor(random.next() * 12); turn < count; turn++) {
      messages.push({ role: 'user', parts: [{ type: 'text', text: pick() }] })
      turns.push({
        at,
        key: `key-${key}`,
        conversation,
        messages: [...messages],
        isJudged: isNew || index >= conversationsOfKey / 2,
      })
      messages.push({ role: 'assistant', parts: [{ type: 'text', text: pick() }] })
      at += isAgent ? 2000 + random.next() * 8000 : 15_000 + random.next() * 120_000
    }
  }
}
turns.sort((a, b) => a.at - b.at)

const touched = new Set<number>()
const judged = new Set<number>()
let spentMs = 0
for (const { at, key, conversation: number, messages, isJudged } of turns) {
  now = at
  const began = performance.now()
  const inputTokens = Math.ceil(messages.reduce((sum, { parts }) => sum + textLength(parts), 0) / 4)
  const sketch = turnSketch({ messages })
  const shape: CallShape = {
    id: `${number}`,
    key,
    workspace: 'default',
    owner: key,
    model: 'ordinary',
    price: 2_000_000,
    inputTokens,
    outputTokens: 4096,
    inputNanoUsd: inputTokens * 250,
    outputNanoUsdPerToken: 2000,
    conversations: sketch === undefined ? [] : [sketch.conversation],
    ...(sketch === undefined ? {} : { turn: sketch.turn }),
  }
  const verdict = guard.judge(shape, settings)
  const tokens = inputTokens + 300
  guard.ended(
    {
      id: shape.id,
      key,
      workspace: 'default',
      countedNanoUsd: verdict.countedNanoUsd,
      costNanoUsd: inputTokens * 250 + 600_000,
      tokens,
    },
    settings,
  )
  spentMs += performance.now() - began
  if (!isJudged) continue
  judged.add(number)
  if (verdict.decisions.length === 0) continue
  touched.add(number)
  for (const { rule } of verdict.decisions) found.set(rule, (found.get(rule) ?? 0) + 1)
}

const { rate, lower, upper } = shareOf(touched.size, judged.size)
const percent = (part: number): string => `${(part * 100).toFixed(2)} %`
console.log(
  `${judged.size} ordinary conversations, ${touched.size} touched: ${percent(rate)} (${percent(lower)} to ${percent(upper)}).`,
)
console.log(
  `${((spentMs * 1000) / turns.length).toFixed(1)} µs a call: reading its last turn, judging it, and its end.`,
)
for (const [rule, count] of found) console.log(`  ${rule}: ${count} calls`)

function textLength(parts: Message['parts']): number {
  return parts.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0)
}
