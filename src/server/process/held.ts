import { isDeepStrictEqual } from 'node:util'

/** Room for one thing that must be closed. */
export interface Held<Settings, Thing> {
  /** Opened anew when its settings change; without settings, closed. */
  use(settings: Settings | undefined): Thing | undefined
  /** When all that were open before have ended. */
  closed(): Promise<void>
}

export function held<Settings, Thing extends { close(): Promise<void> }>(
  open: (settings: Settings) => Thing,
): Held<Settings, Thing> {
  let current: { readonly settings: Settings; readonly thing: Thing } | undefined
  let closed: Promise<void> = Promise.resolve()
  return {
    use(settings) {
      if (isDeepStrictEqual(current?.settings, settings)) return current?.thing
      const last = current?.thing
      closed = Promise.all([closed, last?.close()]).then(() => undefined)
      current = settings === undefined ? undefined : { settings, thing: open(settings) }
      return current?.thing
    },
    closed: () => closed,
  }
}
