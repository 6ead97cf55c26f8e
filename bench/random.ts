/** Chance that is the same in each run. */
export interface Random {
  /** In [0, 1). */
  next(): number
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** Mulberry32, by Tommy Ettinger: enough for samples, and for nothing secret. */
export function createRandom(seed: string): Random {
  let state = 0
  for (let index = 0; index < seed.length; index++) state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  }
}
