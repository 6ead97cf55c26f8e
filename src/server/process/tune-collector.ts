import { setFlagsFromString } from 'node:v8'

/**
 * Sets V8 up for a process that serves calls and has one core for it.
 *
 * The thread that allocates collects its young objects by itself: four helpers for a collection of one millisecond cost more
 * to wake than they save (3 to 5 µs of a call). The old generation may triple before it is collected: a small heap that
 * grows by little is marked twice a second, on the core that passes events, and each time the events wait 10 to 15 ms
 * (docs/decisions/2026-11-25-collector.md).
 */
export function tuneCollector(): void {
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--heap-growing-percent=200')
}
