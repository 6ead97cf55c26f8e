/**
 * The fault suite: `npm run test:faults -- [--calls 20000] [--concurrency 32] [--seed 1] [--write]`. Exits with 1 when a figure
 * is missed, after telling of the first calls that went wrong. `--write` puts the figures into bench/RESULTS.md.
 */
import { parseArgs } from 'node:util'
import { writeSection } from '../../bench/results-file.ts'
import { report } from './report.ts'
import { runFaults } from './run.ts'
import { judge } from './verdict.ts'

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '20000' },
    concurrency: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const shown = 10

const run = await runFaults({
  calls: Number(values.calls),
  concurrency: Number(values.concurrency),
  seed: Number(values.seed),
  rates: [0.3, 0.1],
  timeoutMs: 500,
  models: 64,
})
const verdict = judge(run)
const text = report(run, verdict)
console.log(text)
for (const call of verdict.wrong.slice(0, shown)) console.error(call)
if (values.write) await writeSection('## Faults', text)
if (verdict.figures.some(({ isMet }) => !isMet)) process.exitCode = 1
