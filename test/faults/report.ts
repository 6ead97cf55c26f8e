import { availableParallelism, cpus } from 'node:os'
import type { Run } from './run.ts'
import { faultsOf, type Verdict } from './verdict.ts'

/** The figures as Markdown. */
export function report(run: Run, { figures }: Verdict): string {
  const { order, fleet, seconds, late, records } = run
  const [first, second] = order.rates.map((rate) => `${rate * 100} %`)
  const lost = records.filter(({ attempts }) => attempts.length > 1).length
  return [
    '## Faults',
    '',
    `Made by \`npm run test:faults\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}, seed ${order.seed}.`,
    `${order.calls} calls, half of them streams, in five dialects, ${order.concurrency} at once, through one gateway process to three`,
    `targets of three wire formats: OpenAI over TLS (${first} of its connections go wrong), Anthropic (${second}), and a compatible`,
    `server that is well. ${order.timeoutMs} ms for each target but the last, a third of the calls hedged, no retries. ${seconds.toFixed(0)} s.`,
    '',
    '| what | target | measured | |',
    '|---|---|---|---|',
    ...figures.map(
      ({ what, target, measured, isMet }) => `| ${what} | ${target} | ${measured} | ${isMet ? 'met' : '**not met**'} |`,
    ),
    '',
    `${lost} calls took more than one attempt; ${late.length} further streams broke off after their first content.`,
    '',
    '| target | requests met | went wrong |',
    '|---|---|---|',
    ...[...fleet.met].map(
      ([id, { all, wrong }]) => `| ${id} | ${all} | ${wrong} (${((wrong / all) * 100).toFixed(1)} %) |`,
    ),
    '',
    `Faults met: ${[...faultsOf(run)].map(([id, count]) => `${id} ${count}`).join(', ')}.`,
    '',
  ].join('\n')
}
