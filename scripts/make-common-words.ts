/**
 * Writes the words that ordinary texts have in lower case, by which a name is told from a word:
 * `node scripts/make-common-words.ts DATA`, where DATA holds injection/benign.jsonl.
 */
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { folded } from '../src/catalog/detectors/pii/folded.ts'

const Row = z.object({ text: z.string() })
const fewestTexts = 4
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say where the data is.')

const counts = new Map<string, number>()
for await (const line of createInterface({ input: createReadStream(join(folder, 'injection/benign.jsonl')) })) {
  const { text } = Row.parse(JSON.parse(line))
  // Texts without capitals say nothing: a name is in lower case there too.
  if (!/[A-Z][a-z]/.test(text)) continue
  for (const word of new Set(
    text
      .match(/(?<![\p{L}\p{N}_'’-])\p{Ll}{2,18}(?![\p{L}\p{N}_'’-])/gu)
      ?.map(folded)
      .filter((word) => /^[a-z]+$/.test(word)),
  ))
    counts.set(word, (counts.get(word) ?? 0) + 1)
}

const words = [...counts]
  .filter(([, count]) => count >= fewestTexts)
  .map(([word]) => word)
  .sort()
const lines = words.join(' ').match(/.{1,116}(?: |$)/g) ?? []
writeFileSync(
  new URL('../src/catalog/detectors/pii/names/common-words.generated.ts', import.meta.url),
  `/** Made by scripts/make-common-words.ts. Do not edit. */\nexport const commonWords = \`\n${lines.map((line) => line.trim()).join('\n')}\n\`\n`,
)
console.log(`${words.length} words`)
