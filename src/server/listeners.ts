/** Where a gateway listens. */
export interface Listeners {
  readonly host: string
  readonly port: number
  readonly controlPort: number
}

/** The command line wins over the file. */
export function listenersOf(
  options: Partial<Listeners>,
  { listen }: { readonly listen: Partial<Listeners> },
): Listeners {
  return {
    host: options.host ?? listen.host ?? '127.0.0.1',
    port: options.port ?? listen.port ?? 8787,
    controlPort: options.controlPort ?? listen.controlPort ?? 8788,
  }
}
