import type { Channel } from '../stream-channels.ts'
import { copyOf, type GrowingRun, newRun } from './growing-run.ts'

/** Which texts of a stream are joined with which. */
export interface RunsOfChannels {
  /** `keys`: as in `WireText.runs`. */
  enter(channel: Channel, keys: readonly string[]): void
  readonly all: Iterable<GrowingRun>
  clear(): void
}

/** The widest run of texts, and what narrower ones are in it. */
interface Family {
  readonly run: GrowingRun
  /** Of the first text. */
  readonly narrow: readonly string[]
  readonly channels: Channel[]
  /** Empty as long as all texts are of the same: the narrower runs would say no more. */
  readonly runs: Map<string, GrowingRun>
}

export function createRunsOfChannels(): RunsOfChannels {
  const families = new Map<string, Family>()

  function enter(channel: Channel, [wide = '', ...narrow]: readonly string[]): void {
    const family = families.get(wide)
    if (family === undefined) {
      const run = newRun(channel)
      channel.runs = [run]
      families.set(wide, { run, narrow, channels: [channel], runs: new Map() })
      return
    }
    const isLike = narrow.every((key, index) => key === family.narrow[index])
    if (isLike && family.runs.size === 0) {
      channel.runs = [family.run]
      family.channels.push(channel)
      return
    }
    if (family.runs.size === 0) split(family)
    channel.runs = [family.run, ...narrow.map((key) => narrowRun(family, key, channel))]
  }

  /** What came until now is of the first kind, and goes on as that. */
  function split({ run, narrow, channels, runs }: Family): void {
    for (const key of narrow) runs.set(key, copyOf(run))
    for (const channel of channels) channel.runs = [run, ...runs.values()]
  }

  function narrowRun({ runs }: Family, key: string, channel: Channel): GrowingRun {
    const run = runs.get(key) ?? newRun(channel)
    runs.set(key, run)
    return run
  }

  return {
    enter,
    all: {
      *[Symbol.iterator]() {
        for (const { run, runs } of families.values()) {
          yield run
          yield* runs.values()
        }
      },
    },
    clear: () => families.clear(),
  }
}
