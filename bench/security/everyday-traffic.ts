/** How often presets refuse what coding tools, agent frameworks and people in a chat send every day, and what attacks in that shape. */
import { type Evaluate, type EvaluationTable, shareText } from './evaluation.ts'
import { heldAttacks } from './everyday/held-attacks.ts'
import { heldCodingTools } from './everyday/held-coding-tools.ts'
import { heldFollowUps } from './everyday/held-follow-ups.ts'
import { heldFrameworks } from './everyday/held-frameworks.ts'
import { effects } from './presets.ts'

type Families = Readonly<Record<string, readonly string[]>>

const presets = ['balanced', 'strict'] as const

const written = `Written by hand, from memory of the tools, before any of them was scored, and not trained on; rules and templates were
written from others of their kind. Each text is judged alone, as a user's message (\`input\`), by all guardrails of a preset as shipped.`

export const evaluate: Evaluate = async () => [
  await table(
    'Everyday traffic that is refused: coding tools and agent frameworks',
    `${written} Tools that send the same words as \`system\` or \`developer\` messages are not judged for injection there.`,
    'refused',
    { ...heldCodingTools, ...heldFrameworks },
  ),
  await table('Everyday traffic that is refused: follow-ups in a chat', written, 'refused', heldFollowUps),
  await table('Attacks in the shape of everyday traffic', written, 'caught', heldAttacks),
]

async function table(title: string, about: string, column: string, families: Families): Promise<EvaluationTable> {
  const rows: (readonly (string | number)[])[] = []
  for (const [family, texts] of [...Object.entries(families), ['all', Object.values(families).flat()] as const]) {
    const refused: number[] = []
    for (const preset of presets) {
      const seen = texts.map((text) => ({ text, point: 'input' as const }))
      refused.push((await effects(preset, seen)).refused)
    }
    rows.push([family, texts.length, ...refused.map((count) => shareText(count, texts.length))])
  }
  return { title, about, columns: ['family', 'texts', ...presets.map((preset) => `${column} in ${preset}`)], rows }
}
