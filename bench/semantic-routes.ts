/** How long a semantic route decides: `npm run bench:semantic-routes`. The bar is 0.5 ms. */
import { lexical } from '../src/catalog/embedders/lexical.ts'
import { nearestIntent } from '../src/policy/nearest-intent.ts'

const verbs = ['cancel', 'change', 'track', 'return', 'renew', 'share', 'sell', 'print', 'move', 'repair']
const things = ['an order', 'my subscription', 'the invoice', 'a gift card', 'the parcel', 'my contract', 'a ticket']
const frames = ['How do I', 'I want to', 'Can you help me to']
const intents = verbs.map((name) => ({
  name,
  examples: things.flatMap((thing) => frames.map((frame) => `${frame} ${name} ${thing} today?`)),
}))
const byIntent = nearestIntent(intents, 0.47, lexical.embedNow)
const prompts = {
  'a question of 9 words': 'I would like to cancel my new subscription please',
  'a text of 1,000 characters': `${'The parcel came late and the box was open. '.repeat(30)}`.slice(0, 1000),
  'a text of 100,000 characters': `${'The parcel came late and the box was open. '.repeat(3000)}`.slice(0, 100_000),
}

console.log(`${intents.length} intents, ${intents.reduce((sum, { examples }) => sum + examples.length, 0)} examples\n`)
console.log('| prompt | p50 | p99 |\n|---|---|---|')
for (const [name, prompt] of Object.entries(prompts)) {
  const times = Array.from({ length: 3000 }, () => {
    const begin = performance.now()
    byIntent(prompt)
    return performance.now() - begin
  }).slice(1000)
  times.sort((a, b) => a - b)
  const at = (part: number): string => `${(times[Math.floor(part * times.length)] ?? 0).toFixed(3)} ms`
  console.log(`| ${name} | ${at(0.5)} | ${at(0.99)} |`)
}
