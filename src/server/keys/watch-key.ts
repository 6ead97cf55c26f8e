/** With what a worker needs to hear of a change, what a key opened is over within a second of the key's end. */
const LOOK_EVERY_MS = 250

/** Asks `authenticate` until it throws, and gives what it threw to `onLost`, once. Returns how to stop looking. */
export function watchKey(authenticate: () => unknown, onLost: (fault: unknown) => void): () => void {
  const looking = setInterval(() => {
    try {
      authenticate()
    } catch (fault) {
      clearInterval(looking)
      onLost(fault)
    }
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(looking)
}
