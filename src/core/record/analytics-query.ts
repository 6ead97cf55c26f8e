import { GatewayError } from '../errors.ts'
import {
  type AnalyticsFilter,
  type AnalyticsQuery,
  type Dimension,
  type Measure,
  percentiles,
  readDimensions,
  rolledDimensions,
  sumNames,
  timeNames,
} from './analytics.ts'
import { readTime, statusRange } from './call-query.ts'
import { type Interval, intervals, isTimeZone } from './time-buckets.ts'

const internalSums: readonly string[] = ['durationUs', 'overheadUs', 'timeToFirstTokenUs', 'firstTokens']

export const measures: readonly Measure[] = [
  ...sumNames.filter((name): name is Extract<Measure, typeof name> => !internalSums.includes(name)),
  'tokens',
  'costUsd',
  'savedUsd',
  'errorRate',
  'cacheHitRate',
  'durationMeanMs',
  'overheadMeanMs',
  'timeToFirstTokenMeanMs',
  ...timeNames.flatMap((time) => percentiles.map((percent) => `${time}P${percent}Ms` as const)),
]

const dimensions: readonly Dimension[] = [...rolledDimensions, ...readDimensions]
const settings = ['measures', 'by', 'from', 'to', 'interval', 'timeZone', 'limit'] as const
const defaultMeasures: readonly Measure[] = ['calls', 'errors', 'tokens', 'costUsd', 'durationP50Ms', 'durationP99Ms']
const defaultRangeMs = 24 * 3_600_000
const defaultLimit = 100
const maxLimit = 1000
const maxDimensions = 4
const maxValues = 50
const maxTextLength = 512
/** The years that every engine and calendar can tell. */
const maxTime = Date.UTC(9999, 0)

export type AnalyticsParameters = Readonly<Record<string, readonly string[] | undefined>>

/** Reads a question from URL parameters or command-line options. Throws `invalid_request` naming the parameter. */
export function readAnalyticsQuery(parameters: AnalyticsParameters, now: number): AnalyticsQuery {
  const one = (name: (typeof settings)[number]): string | undefined => {
    const [value, ...more] = parameters[name] ?? []
    if (more.length > 0) throw invalid(name, `\`${name}\` is given once.`)
    return value === '' ? undefined : value
  }
  const list = (name: 'measures' | 'by'): readonly string[] => [
    ...new Set((parameters[name] ?? []).flatMap((text) => text.split(',')).filter((text) => text !== '')),
  ]
  const to = timeOf('to', one('to')) ?? now
  const from = timeOf('from', one('from')) ?? to - defaultRangeMs
  if (from > to) throw invalid('from', '`from` is not after `to`.')
  const timeZone = one('timeZone') ?? 'UTC'
  if (!isTimeZone(timeZone)) throw invalid('timeZone', '`timeZone` is an IANA name, as `Europe/Berlin`.')
  const interval = one('interval')
  if (interval !== undefined && !isInterval(interval)) {
    throw invalid('interval', `\`interval\` is one of ${intervals.join(', ')}.`)
  }
  const asked = list('measures').map(measureOf)
  const by = list('by').map((name) => dimensionOf('by', name))
  if (by.length > maxDimensions) throw invalid('by', `Calls are divided by at most ${maxDimensions} dimensions.`)
  return {
    measures: asked.length === 0 ? defaultMeasures : asked,
    by,
    filters: filtersOf(parameters),
    from,
    to,
    ...(interval === undefined ? {} : { interval }),
    timeZone,
    limit: limitOf(one('limit')),
  }
}

function filtersOf(parameters: AnalyticsParameters): readonly AnalyticsFilter[] {
  return Object.entries(parameters).flatMap(([name, given = []]) => {
    if (settings.some((setting) => setting === name)) return []
    const dimension = dimensionOf(undefined, name)
    const values = given.filter((value) => value !== '')
    if (values.length > maxValues || values.some((value) => value.length > maxTextLength)) {
      throw invalid(name, `\`${name}\` has at most ${maxValues} values, of at most ${maxTextLength} characters.`)
    }
    for (const value of values) checkValue(dimension, value)
    return values.length === 0 ? [] : [{ dimension, values }]
  })
}

function checkValue(dimension: Dimension, value: string): void {
  if (dimension === 'status') statusRange(value)
  if ((dimension === 'stream' || dimension === 'shadow') && value !== 'true' && value !== 'false') {
    throw invalid(dimension, `\`${dimension}\` is true or false.`)
  }
}

function dimensionOf(param: 'by' | undefined, name: string): Dimension {
  const isMetadata = name.startsWith('metadata.') && name.length > 'metadata.'.length
  if (isMetadata && name.length <= maxTextLength) return name as Dimension
  const known = dimensions.find((dimension) => dimension === name)
  if (known !== undefined) return known
  const list = `${dimensions.join(', ')} and metadata.<name>`
  throw param === undefined
    ? invalid(name.slice(0, 100), `There is no parameter of this name; there are ${settings.join(', ')}, ${list}.`)
    : invalid(param, `Calls are divided by ${list}.`)
}

function measureOf(name: string): Measure {
  const known = measures.find((measure) => measure === name)
  if (known === undefined) throw invalid('measures', `\`measures\` are ${measures.join(', ')}.`)
  return known
}

function isInterval(name: string): name is Interval {
  return intervals.some((interval) => interval === name)
}

function timeOf(name: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = readTime(name, text)
  if (time < 0 || time > maxTime) throw invalid(name, `\`${name}\` is a time from 1970 to 9999.`)
  return time
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return defaultLimit
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > maxLimit) throw invalid('limit', `\`limit\` is a whole number from 1 to ${maxLimit}.`)
  return limit
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
