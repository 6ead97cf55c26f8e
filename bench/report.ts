import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import type { Figures } from './measure.ts'
import { layout } from './processes.ts'
import type { Scenario } from './scenarios.ts'
import { targets } from './targets.ts'

export interface Measured {
  readonly scenario: Scenario
  readonly figures: ReadonlyMap<string, Figures>
  readonly notes: readonly string[]
}

/** The whole report as Markdown. */
export function report(
  measured: readonly Measured[],
  { rounds, seconds, node }: { readonly rounds: number; readonly seconds: number; readonly node: string },
): string {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  return [
    '# Results of the ladder',
    '',
    `Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${version}.`,
    `Loopback, plain HTTP, a mock provider. Cores: gateway ${layout.gateway}, mock ${layout.mock}, load ${layout.load}.`,
    `Medians of ${rounds} rounds of ${seconds} s, programs loaded in turn. The machine is shared: compare ratios, not figures.`,
    '',
    ...targetTable(measured),
    ...measured.flatMap(scenarioTable),
  ].join('\n')
}

function targetTable(measured: readonly Measured[]): string[] {
  const rows = targets.flatMap((target) => {
    const found = measured.find(({ scenario }) => scenario.id === target.scenario)
    const value = found && target.read((program) => found.figures.get(program))
    if (found === undefined || value === undefined) return []
    const shown = `${value.toFixed(value < 10 ? 2 : 1)} ${target.unit}`
    return [`| ${found.scenario.title} | ${target.text} | ${shown} | ${target.isMet(value) ? 'met' : '**not met**'} |`]
  })
  return ['| load | target | measured | |', '|---|---|---|---|', ...rows, '']
}

function scenarioTable({ scenario, figures, notes }: Measured): string[] {
  const isStream = scenario.order.ending.includes('[DONE]')
  const direct = figures.get('direct')
  const nginx = figures.get('nginx')
  const head = [
    'program',
    'calls/s',
    '× nginx',
    'CPU µs/call',
    'and afterwards',
    'p50 ms',
    'p99 ms',
    'added p50',
    'added p99',
    'RSS MB',
  ]
  if (isStream) head.push('events/s', 'first byte p50 ms', 'first byte p99 ms', 'transit p50 ms', 'transit p99 ms')
  const rows = [...figures].map(([id, of]) => {
    const cells = [
      id,
      of.callsPerSecond.toFixed(0),
      nginx === undefined ? '' : (of.callsPerSecond / nginx.callsPerSecond).toFixed(2),
      id === 'direct' ? '' : of.cpuUsPerCall.toFixed(0),
      id === 'direct' ? '' : of.cpuUsPerCallInAll.toFixed(0),
      of.p50Ms.toFixed(2),
      of.p99Ms.toFixed(2),
      direct === undefined ? '' : (of.p50Ms - direct.p50Ms).toFixed(2),
      direct === undefined ? '' : (of.p99Ms - direct.p99Ms).toFixed(2),
      id === 'direct' ? '' : of.rssMb.toFixed(0),
    ]
    if (isStream) {
      const transit = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(2))
      cells.push(
        of.eventsPerSecond.toFixed(0),
        of.firstByteP50Ms.toFixed(2),
        of.firstByteP99Ms.toFixed(2),
        transit(of.transitP50Ms),
        transit(of.transitP99Ms),
      )
    }
    return `| ${cells.join(' | ')} |`
  })
  return [
    `## ${scenario.title}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...notes.map((note) => `- ${note}`),
    ...(notes.length > 0 ? [''] : []),
  ]
}
