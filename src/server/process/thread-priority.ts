import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** For a thread that takes the time which calls leave: at this priority the scheduler lets a call's thread in at once. */
export const lowestPriority = 19

/** Of the thread that calls it. Where threads have no priority of their own, or may not raise it again, nothing changes. */
export function setThreadPriority(priority: number): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (thread > 0) setPriority(thread, priority)
  } catch {
    // Not Linux, or not allowed.
  }
}
