/** What a call is doing. One after the other: each moment until its answer leaves is of one of them. */
export const callStages = [
  /** Who calls, and whether a call may begin. */
  'authenticate',
  /** The client's body comes in: its time, not the gateway's. */
  'receive',
  'parse',
  'inspect',
  'cache',
  /** Budgets, rules and the choice of a target. */
  'route',
  'classifier',
  'queue',
  'encode',
  /** The provider's time. */
  'upstream',
  /** What came back is made into the client's answer. */
  'reply',
] as const

export type CallStage = (typeof callStages)[number]

/** Milliseconds; of those that a call went through. */
export type StageTimes = Readonly<Partial<Record<CallStage, number>>>
