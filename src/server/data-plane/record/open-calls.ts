import type { CallInFlight } from '../../../core/record/call-record.ts'
import type { FeedbackSubject } from '../../../core/record/feedback.ts'

/** Calls of this process that are not on record yet, as they have not ended. */
export interface OpenCalls {
  began(call: CallInFlight): void
  ended(id: string): void
  has(subject: FeedbackSubject): boolean
}

export function createOpenCalls(): OpenCalls {
  const open = new Map<string, CallInFlight>()
  return {
    began: (call) => void open.set(call.id, call),
    ended: (id) => void open.delete(id),
    has({ workspace, kind, id }) {
      if (kind === 'call') return open.get(id)?.workspace === workspace
      for (const call of open.values()) if (call.traceId === id && call.workspace === workspace) return true
      return false
    },
  }
}
