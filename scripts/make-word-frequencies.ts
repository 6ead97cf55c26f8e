/**
 * Writes how often words stand in ordinary texts, by which generate-harm-words.ts tells the rarest of those that an expression
 * needs: `node scripts/make-word-frequencies.ts DATA`, where DATA holds injection/benign.jsonl.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Row = z.object({ text: z.string() })
/** In a million words. */
const fewest = 15
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say where the data is.')

const counts = new Map<string, number>()
let all = 0
for (const line of readFileSync(join(folder, 'injection/benign.jsonl'), 'utf8').trim().split('\n')) {
  for (const word of Row.parse(JSON.parse(line))
    .text.toLowerCase()
    .match(/[a-z]+/g) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
    all++
  }
}
const frequent = [...counts]
  .map(([word, count]) => ({ word, often: Math.round((count / all) * 1e6) }))
  .filter(({ often }) => often >= fewest)
  .sort((one, other) => (one.word < other.word ? -1 : 1))
const lines =
  frequent
    .map(({ word, often }) => `${word} ${often}`)
    .join(', ')
    .match(/.{1,118}(?:, |$)/g) ?? []
writeFileSync(
  new URL('word-frequencies.generated.ts', import.meta.url),
  `/** Made by scripts/make-word-frequencies.ts: in a million words. Do not edit. */\nexport const wordFrequencies = \`\n${lines.map((line) => line.trim()).join('\n')}\n\`\n`,
)
console.log(`${frequent.length} words`)
