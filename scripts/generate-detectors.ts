/** Writes a page for each detector, from its file. */
import { Document, type YAMLSeq } from 'yaml'
import { detectors } from '../src/catalog/detectors.generated.ts'
import type { Detector, DetectorExample, ListFile } from '../src/core/inspection/detection.ts'
import { exampleSettingsOf, settingRows } from './detector-settings.ts'
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

function page(detector: Detector): string {
  const { id, title, about, points, taxonomy, rules, maxSpan, examples } = detector
  const categories = Map.groupBy(Object.entries(rules), ([, category]) => category)
  const table = [...categories].map(
    ([category, named]) => `| ${category} | ${named.map(([rule]) => `\`${rule}\``).join(', ')} |`,
  )
  return [
    note,
    `# ${title}\n\n${about}\n\n`,
    `- detector: \`${id}\`\n- points: ${points.map((point) => `\`${point}\``).join(', ')}\n`,
    `- taxonomy: ${taxonomy.join(', ')}\n- longest finding: ${Number.isFinite(maxSpan) ? `${maxSpan} characters` : 'the whole text'}\n\n`,
    `## Rules\n\n${rulesText(detector)}`,
    table.length === 0 || detector.rulesOf !== undefined
      ? ''
      : `| category | rules |\n|---|---|\n${table.join('\n')}\n\n`,
    `## Settings\n\n${settingsText(detector)}`,
    `\`\`\`yaml\n${yamlExample(detector)}\`\`\`\n\n`,
    `## It flags\n\n${quoted(examples.flagged)}\n`,
    `## It leaves\n\n${quoted(examples.clean)}`,
  ].join('')
}

/** For `rules` and `categories` of a guardrail, and `rules` of its exceptions. */
function rulesText({ rules, rulesOf }: Detector): string {
  if (rulesOf !== undefined)
    return 'They are the names that the settings give; `rules` and `categories` of the guardrail and `rules` of its exceptions take these, and no others.\n\n'
  return Object.keys(rules).length > 0
    ? ''
    : 'They are those of whoever answers; `rules` and `categories` of the guardrail and `rules` of its exceptions take any name.\n\n'
}

function settingsText(detector: Detector): string {
  const rows = settingRows(detector).map(({ name, type, usual, isNeeded, meaning }) => {
    const otherwise = isNeeded ? 'needed' : usual === undefined ? '–' : short(usual)
    return `| \`${name}\` | ${cell(type)} | ${cell(otherwise)} | ${cell(meaning)} |`
  })
  if (rows.length === 0) return 'It has none.\n\n'
  const files = Object.entries(detector.listFiles ?? {}).map(
    ([setting, { list, holds }]) => `| \`${setting}\` | path of a file, or list of them | – | ${heldBy(holds, list)} |`,
  )
  return `| setting | type | default | what |\n|---|---|---|---|\n${[...rows, ...files].join('\n')}\n\n`
}

function heldBy(holds: ListFile['holds'], list: string): string {
  if (holds === 'text') return `Each file is one more text of \`${list}\`. Read with the configuration.`
  const lines = holds === 'lines' ? 'one a line, without blank lines and those after `#`' : 'one a line, as JSON'
  return `What \`${list}\` takes, ${lines}. Read with the configuration.`
}

function short(usual: string): string {
  return usual.length > 80 ? 'see there' : `\`${usual}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function yamlExample(detector: Detector): string {
  const { id, points } = detector
  const settings = exampleSettingsOf(detector)
  const guardrail = {
    id: `my-${id}`,
    detector: id,
    points: points.slice(0, 2),
    action: 'deny',
    state: 'shadow',
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  }
  const document = new Document({ guardrails: [guardrail] })
  const list = document.getIn(['guardrails', 0, 'points']) as YAMLSeq
  list.flow = true
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Shortened, as JSON strings: what is hidden in an example stays visible, and is not read as Markdown. */
function quoted(examples: readonly DetectorExample[]): string {
  const lines = shownOf(examples).map(({ text, rule }) => {
    const short = text.length > 160 ? `${text.slice(0, 160)}…` : text
    return `${JSON.stringify(short)}${rule === undefined ? '' : `  (${rule})`}`
  })
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`
}

const MIN_SHOWN = 12

/** One of each rule at least, in their order. */
function shownOf(examples: readonly DetectorExample[]): readonly DetectorExample[] {
  const firsts = [...new Map(examples.toReversed().map((example) => [example.rule, example])).values()]
  const shown = new Set(firsts)
  for (const example of examples) if (shown.size < MIN_SHOWN) shown.add(example)
  return examples.filter((example) => shown.has(example))
}
