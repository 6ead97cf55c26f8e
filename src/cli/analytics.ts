import { GatewayError } from '../core/errors.ts'
import type { AnalyticsAnswer, DimensionValue, MeasureValues } from '../core/record/analytics.ts'
import { readAnalyticsQuery } from '../core/record/analytics-query.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'
import { openRecord } from './open-record.ts'

export const analytics: Command = {
  summary: 'measure recorded calls: cost, tokens, errors, times, by anything',
  help: `Usage: portcullis analytics [--measures <names>] [--by <dimensions>] [filters] [--json]

  --measures <names>     with commas between them, as calls,costUsd,durationP99Ms; rows are ordered by the first
  --by <dimensions>      at most four, as model,key or metadata.team
  --where <name>=<value> only these calls; may be given several times, of one name for any of its values
  --from, --to <time>    ISO 8601 or Unix milliseconds; default the last 24 hours
  --interval <interval>  minute, hour, day, week or month: a row for each
  --time-zone <name>     as Europe/Berlin; default UTC
  --limit <number>       rows, or groups where there is an interval; default 100
  --json                 the whole answer as JSON

  --data <directory>     data directory of a gateway, running or not; default ./data
  --url <url>            instead: a gateway's control plane, with PORTCULLIS_ADMIN_TOKEN`,
  async run(args) {
    const { values } = readArguments(
      args,
      {
        json: { type: 'boolean', default: false },
        data: { type: 'string', default: './data' },
        url: { type: 'string' },
        measures: { type: 'string' },
        by: { type: 'string' },
        where: { type: 'string', multiple: true, default: [] },
        from: { type: 'string' },
        to: { type: 'string' },
        interval: { type: 'string' },
        'time-zone': { type: 'string' },
        limit: { type: 'string' },
      },
      0,
    )
    const { measures, by, from, to, interval, limit } = values
    const parameters: Record<string, string[]> = {}
    for (const pair of values.where) {
      const split = pair.indexOf('=')
      if (split <= 0) throw new UsageError('Use: --where <name>=<value>.')
      const name = pair.slice(0, split)
      parameters[name] = [...(parameters[name] ?? []), pair.slice(split + 1)]
    }
    for (const [name, value] of Object.entries({
      measures,
      by,
      from,
      to,
      interval,
      limit,
      timeZone: values['time-zone'],
    })) {
      if (value !== undefined) parameters[name] = [value]
    }
    const answer = await answerTo(parameters, values)
    process.stdout.write(values.json ? jsonLine(answer) : analyticsText(answer))
    return 0
  },
}

async function answerTo(
  parameters: Readonly<Record<string, readonly string[]>>,
  { url, data }: { readonly url?: string | undefined; readonly data: string },
): Promise<AnalyticsAnswer> {
  try {
    const query = readAnalyticsQuery(parameters, Date.now())
    if (url !== undefined) {
      const pairs = Object.entries(parameters).flatMap(([name, all]) => all.map((value) => [name, value]))
      // The control API's own shape.
      return (await askControl(url, `/api/v1/analytics?${new URLSearchParams(pairs)}`)) as AnalyticsAnswer
    }
    const reader = await openRecord(data)
    try {
      return await reader.analytics(query)
    } finally {
      await reader.close()
    }
  } catch (fault) {
    throw fault instanceof GatewayError ? new UsageError(fault.message) : fault
  }
}

/** A row for each group, or for each part of its series; last, where there are several, the totals of all. */
function analyticsText({ by, measures, interval, timeZone, data, totals, groups }: AnalyticsAnswer): string {
  const head = [...(interval === null ? [] : ['START']), ...by.map(titleOf), ...measures.map(titleOf)]
  const cells = (start: string, group: readonly string[], values: MeasureValues): readonly string[] => [
    ...(interval === null ? [] : [start]),
    ...group,
    ...measures.map((measure) => valueText(measure, values[measure])),
  ]
  const rows = data.flatMap(({ group, values, series }) => {
    const names = by.map((name) => dimensionText(group[name]))
    return series === undefined
      ? [cells('', names, values)]
      : series.map((part) => cells(localTime(part.start, timeZone), names, part.values))
  })
  const totalNames = by.map((_, place) => (place === 0 && interval === null ? 'TOTAL' : ''))
  if (rows.length > 1 || groups > data.length) rows.push(cells('TOTAL', totalNames, totals))
  const left = groups - data.length
  return table(head, rows) + (left > 0 ? `${left} more groups; see --limit.\n` : '')
}

/** `timeToFirstTokenP50Ms` → `TIME TO FIRST TOKEN P50 MS` */
function titleOf(name: string): string {
  return name.startsWith('metadata.') ? name : name.replace(/(?=[A-Z])/g, ' ').toUpperCase()
}

function dimensionText(value: DimensionValue | undefined): string {
  return value === null || value === undefined ? '–' : String(value)
}

function valueText(measure: string, value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'string') return value
  if (measure.endsWith('Usd')) return value.toFixed(value !== 0 && value < 0.01 ? 6 : 4)
  if (measure.endsWith('Rate')) return `${(100 * value).toFixed(1)} %`
  return measure.endsWith('Ms') ? value.toFixed(1) : String(value)
}

/** As a clock of the time zone shows it, with its distance from UTC. */
function localTime(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return format.format(new Date(time))
}
