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

/** By their place in `callStages`, whole microseconds; -1 for those that a call did not go through. Numbers in a row cost a call least. */
export type StageTimes = readonly number[]
