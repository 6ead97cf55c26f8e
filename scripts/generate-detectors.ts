/** Writes a page for each detector, from its file. */
import { detectors } from '../src/catalog/detectors.generated.ts'
import type { Detector, DetectorExample } from '../src/core/inspection/detection.ts'
import type { GeneratedFile } from './generated-file.ts'

export function generate(): readonly GeneratedFile[] {
  const all = Object.values(detectors)
  return [
    { path: 'docs/detectors/README.md', content: index(all) },
    ...all.map((detector) => ({ path: `docs/detectors/${detector.id}.md`, content: page(detector) })),
  ]
}

const note = '<!-- Written by scripts/generate-detectors.ts. Do not edit. -->\n\n'

function index(all: readonly Detector[]): string {
  const rows = all.map(({ id, title, points, rules }) => {
    return `| [${id}](${id}.md) | ${title} | ${points.join(', ')} | ${Object.keys(rules).length} |`
  })
  return `${note}# Detectors\n\n| id | what | points | rules |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

function page({ id, title, about, points, taxonomy, rules, maxSpan, examples }: Detector): string {
  const categories = Map.groupBy(Object.entries(rules), ([, category]) => category)
  const table = [...categories].map(
    ([category, named]) => `| ${category} | ${named.map(([rule]) => `\`${rule}\``).join(', ')} |`,
  )
  return [
    note,
    `# ${title}\n\n${about}\n\n`,
    `- detector: \`${id}\`\n- points: ${points.map((point) => `\`${point}\``).join(', ')}\n`,
    `- taxonomy: ${taxonomy.join(', ')}\n- longest finding: ${maxSpan} characters\n\n`,
    `| category | rules |\n|---|---|\n${table.join('\n')}\n\n`,
    `## It flags\n\n${quoted(examples.flagged)}\n`,
    `## It leaves\n\n${quoted(examples.clean)}`,
  ].join('')
}

/** Shortened, as JSON strings: what is hidden in an example stays visible, and is not read as Markdown. */
function quoted(examples: readonly DetectorExample[]): string {
  const lines = examples.slice(0, 12).map(({ text, rule }) => {
    const short = text.length > 160 ? `${text.slice(0, 160)}…` : text
    return `${JSON.stringify(short)}${rule === undefined ? '' : `  (${rule})`}`
  })
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`
}
