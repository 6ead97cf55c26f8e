import { resolverOf } from '../server/checked-config.ts'
import { type Replay, replayRoute } from '../server/routes/replay-route.ts'
import { jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import { configInUse } from './config-in-use.ts'
import { recordedCalls, recordOptions } from './recorded-calls.ts'

/** `portcullis routes replay`, after its name. */
export async function replay(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, {
    route: { type: 'string' },
    config: { type: 'string' },
    ...recordOptions,
    json: { type: 'boolean', default: false },
  })
  if (values.route === undefined) throw new UsageError('Name the route: portcullis routes replay --route <name>.')
  const { config, models } = configInUse(values.config, values.data)
  const report = replayRoute(resolverOf(config, models).route(values.route), await recordedCalls(values))
  process.stdout.write(values.json ? jsonLine(report) : text(report))
  return 0
}

function text({ route, calls, moved, skipped, cost, targets }: Replay): string {
  const change = cost.recordedUsd === 0 ? '' : ` (${percent(cost.replayedUsd / cost.recordedUsd - 1)})`
  const lines = [
    `${calls} calls through the route ${route}: ${moved} would have gone elsewhere first; ${skipped} could not be replayed.`,
    `Cost of the ${cost.calls} calls whose prices are known: $${cost.recordedUsd.toFixed(6)} as recorded, $${cost.replayedUsd.toFixed(6)} by the route${change}.`,
  ]
  const rows = targets.map(({ account, model, calls: count, attempts, failedShare, meanMs }) => [
    `${account}/${model}`,
    String(count),
    calls === 0 ? '' : `${Math.round((count / calls) * 100)} %`,
    String(attempts),
    failedShare === null ? 'unknown' : `${(failedShare * 100).toFixed(1)} %`,
    meanMs === null ? 'unknown' : `${Math.round(meanMs)} ms`,
  ])
  return `${lines.map((line) => `${printable(line)}\n`).join('')}\n${table(
    ['TARGET', 'CALLS', 'SHARE', 'ATTEMPTS SEEN', 'FAILED', 'LATENCY'],
    rows,
  )}\n${limits}\n`
}

const limits = `Failures and latency are those of the attempts in these calls. Not known: how long another model's answers would be (costs
are for the recorded tokens), its cache of prompts, metadata from headers, and which targets were paused at the time.`

function percent(share: number): string {
  return `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`
}
