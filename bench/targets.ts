import type { Figures } from './measure.ts'

/** What must be reached, read from the medians of one run. */
export interface Target {
  readonly scenario: string
  readonly text: string
  /** `undefined` when a program that it needs was not measured. */
  read(of: (program: string) => Figures | undefined): number | undefined
  readonly isMet: (value: number) => boolean
  readonly unit: '×' | 'ms' | 'µs' | '%'
}

function ratio(
  scenario: string,
  [program, base]: readonly [string, string],
  least: number,
  figure: keyof Figures,
): Target {
  return {
    scenario,
    text: `${program} ≥ ${least} × ${base}`,
    read(of) {
      const [above, below] = [of(program)?.[figure], of(base)?.[figure]]
      return above === undefined || below === undefined ? undefined : above / below
    },
    isMet: (value) => value >= least,
    unit: '×',
  }
}

export const targets: readonly Target[] = [
  ratio('chat', ['record', 'portkey'], 10, 'callsPerSecond'),
  ratio('chat', ['record', 'nginx'], 0.3, 'callsPerSecond'),
  {
    scenario: 'latency',
    text: 'record adds ≤ 0.2 ms at p50',
    read: (of) => difference(of('record')?.p50Ms, of('direct')?.p50Ms),
    isMet: (value) => value <= 0.2,
    unit: 'ms',
  },
  {
    scenario: 'latency',
    text: 'record adds ≤ 1 ms at p99',
    read: (of) => difference(of('record')?.p99Ms, of('direct')?.p99Ms),
    isMet: (value) => value <= 1,
    unit: 'ms',
  },
  {
    scenario: 'chat',
    text: 'a translated call costs ≤ 60 µs of CPU more than record',
    read: (of) => difference(of('translated')?.cpuUsPerCall, of('record')?.cpuUsPerCall),
    isMet: (value) => value <= 60,
    unit: 'µs',
  },
  {
    scenario: 'bursts',
    text: 'a translated event costs ≤ 6 µs of CPU more than record',
    read(of) {
      const more = difference(of('translated')?.cpuUsPerCall, of('record')?.cpuUsPerCall)
      return more === undefined ? undefined : more / eventsOfAStream
    },
    isMet: (value) => value <= 6,
    unit: 'µs',
  },
  ratio('chat', ['exact-hit', 'record'], 2, 'callsPerSecond'),
  {
    scenario: 'latency',
    text: 'an exact hit answers in ≤ 0.25 ms at p50',
    read: (of) => of('exact-hit')?.p50Ms,
    isMet: (value) => value <= 0.25,
    unit: 'ms',
  },
  {
    scenario: 'chat',
    text: 'a route with three healthy targets costs ≤ 10 µs of CPU more than record',
    read: (of) => difference(of('route-3')?.cpuUsPerCall, of('record')?.cpuUsPerCall),
    isMet: (value) => value <= 10,
    unit: 'µs',
  },
  {
    scenario: 'chat',
    text: 'three limits cost ≤ 15 µs of CPU more than record',
    read: (of) => difference(of('three-budgets')?.cpuUsPerCall, of('record')?.cpuUsPerCall),
    isMet: (value) => value <= 15,
    unit: 'µs',
  },
  ratio('chat', ['three-budgets', 'key'], 0.75, 'callsPerSecond'),
  ratio('prose', ['inspect', 'key'], 0.4, 'callsPerSecond'),
  ratio('prose', ['inspect', 'portkey'], 3, 'callsPerSecond'),
  {
    scenario: 'first-token',
    text: 'inspect adds ≤ 2 ms to the time to the first token at p50',
    read: (of) => difference(of('inspect')?.firstByteP50Ms, of('record')?.firstByteP50Ms),
    isMet: (value) => value <= 2,
    unit: 'ms',
  },
  {
    scenario: 'first-token',
    text: 'inspect adds ≤ 2 ms to the time to the first token at p99',
    read: (of) => difference(of('inspect')?.firstByteP99Ms, of('record')?.firstByteP99Ms),
    isMet: (value) => value <= 2,
    unit: 'ms',
  },
  {
    scenario: 'guarded-gaps',
    text: 'inspect takes ≤ 1 ms of CPU more than record for an event',
    read(of) {
      const more = difference(of('inspect')?.cpuUsPerCall, of('record')?.cpuUsPerCall)
      return more === undefined ? undefined : more / eventsOfAStream / 1000
    },
    isMet: (value) => value <= 1,
    unit: 'ms',
  },
  ratio('bursts', ['record', 'portkey'], 4, 'callsPerSecond'),
  {
    scenario: 'gaps',
    text: 'record passes ≥ 85 % of the events of direct',
    read(of) {
      const [ours, direct] = [of('record'), of('direct')]
      return ours === undefined || direct === undefined
        ? undefined
        : (100 * ours.eventsPerSecond) / direct.eventsPerSecond
    },
    isMet: (value) => value >= 85,
    unit: '%',
  },
  {
    scenario: 'gaps',
    text: 'record: an event is on its way ≤ 45 ms at p99',
    read: (of) => of('record')?.transitP99Ms,
    isMet: (value) => value <= 45,
    unit: 'ms',
  },
  ratio('large', ['record', 'portkey'], 5, 'callsPerSecond'),
  ratio('workers', ['two-workers', 'record'], 1.8, 'callsPerSecond'),
]

/** Of a stream of the scenarios `bursts` and `guarded-gaps`. */
const eventsOfAStream = 100

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b
}
