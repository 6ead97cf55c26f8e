/** A client chooses these names: they must not fill the reply's head or the record. */
const MAX_DROPPED = 64
const MAX_NAME_LENGTH = 100

function shortened(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH)}...`
}

/** The names that were gathered before, and these: short, and not without bound. */
export function withDropped(gathered: Set<string> | undefined, names: readonly string[]): Set<string> {
  const dropped = gathered ?? new Set()
  for (const name of names) if (dropped.size < MAX_DROPPED) dropped.add(shortened(name))
  return dropped
}
