/** How long calls are kept, what may not be taken away yet, and whose calls are to be forgotten. Times are Unix milliseconds. */
import { plainName } from '../text/plain-name.ts'

/** How long the calls of a workspace are kept, and for less time what was said in them. Absent: for ever. */
export interface KeepTimes {
  readonly callsMs?: number
  readonly bodiesMs?: number
}

/** Calls that have all of what it names stay as they are until it is released. */
export interface LegalHold {
  readonly id: string
  readonly workspace: string
  readonly user?: string
  readonly key?: string
  readonly trace?: string
  readonly reason: string
  readonly placedAt: number
}

export interface RetentionRules {
  /** For workspaces that are not named. */
  readonly usual: KeepTimes
  readonly workspaces: Readonly<Record<string, KeepTimes>>
  readonly holds: readonly LegalHold[]
}

/** The end user, in any of the writings in which calls may name them. */
export interface DataSubject {
  readonly workspace: string
  readonly user: string
}

/** What a look at the calls of one workspace has taken away. */
export interface Expiry {
  readonly workspace: string
  readonly calls: number
  /** Of calls, and what was said in spans. */
  readonly bodies: number
  readonly spans: number
}

/** What was taken away of a subject. */
export interface ErasedCalls {
  /** How the record had written the name: capitals, blanks and look-alikes make no other person, as budgets count them. */
  readonly users: readonly string[]
  /** Calls that name the subject no more, and nothing of what was said. */
  readonly ids: readonly string[]
  /** Of those, how many had bodies. */
  readonly bodies: number
  /** Of traces of those calls, and of traces in which a span names the subject. */
  readonly spans: number
  /** Left as they are, for a legal hold. */
  readonly held: number
  readonly heldSpans: number
}

/** The columns of a call that a hold may name. */
export interface HoldableCall {
  readonly user: string | null
  readonly key: string | null
  readonly trace: string | null
}

export function isHeld(call: HoldableCall, holds: readonly LegalHold[]): boolean {
  return holds.some(
    ({ user, key, trace }) =>
      (user === undefined || (call.user !== null && plainName(user) === plainName(call.user))) &&
      (key === undefined || key === call.key) &&
      (trace === undefined || trace === call.trace),
  )
}

export function timesOf({ usual, workspaces }: RetentionRules, workspace: string): KeepTimes {
  return (Object.hasOwn(workspaces, workspace) ? workspaces[workspace] : undefined) ?? usual
}
