/**
 * Segments: the files of the spool, `<writer>-<number>-<process>-<seed>.spool`.
 *
 * A writer's numbers only grow, so a segment is finished when a higher one of the same writer is there. It is also
 * finished when its process lives no more: nothing can be added to it. The seed is random, so no two segments ever have
 * the same name and a position that was kept for one can never be taken for another's.
 */
export interface SegmentName {
  readonly name: string
  readonly writerId: string
  readonly number: number
  readonly processId: number
  readonly seed: number
}

export function segmentName(writerId: string, number: number, processId: number, seed: number): string {
  return `${writerId}-${number}-${processId}-${seed.toString(16).padStart(8, '0')}.spool`
}

/** The segments among the names of a directory, in the order in which each writer wrote them. */
export function segmentsAmong(names: readonly string[]): SegmentName[] {
  const segments: SegmentName[] = []
  for (const name of names) {
    const match = /^(.+)-(\d+)-(\d+)-([0-9a-f]{8})\.spool$/.exec(name)
    const [, writerId, number, processId, seed] = match ?? []
    if (writerId === undefined || seed === undefined) continue
    segments.push({
      name,
      writerId,
      number: Number(number),
      processId: Number(processId),
      seed: Number.parseInt(seed, 16),
    })
  }
  return segments.sort((a, b) => (a.writerId === b.writerId ? a.number - b.number : a.writerId < b.writerId ? -1 : 1))
}
