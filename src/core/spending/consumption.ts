/**
 * What is known of calls to stop consumption attacks (denial of wallet, OWASP LLM10 "unbounded consumption") by: what a rule
 * looks at, what it found, and the keys that are held for it. Money is in integer nano-USD, time in Unix milliseconds.
 */

export const consumptionRules = {
  'request-rate': 'Calls per minute, against what the key or its agent usually makes.',
  'cost-rate': 'Cost per minute, calls in flight among it, against what it usually comes to.',
  'call-tokens': 'Tokens that one call came to, against the usual; known at its end, so it acts on the calls after it.',
  'new-model': 'A model that the key has never used, much dearer than any that it has.',
  loop: 'The same turn again and again: near-equal prompts, or the same tools with the same arguments.',
  'prompt-size': 'Prompts far beyond the usual of the key, or beyond a bound.',
  repetition: 'Large prompts that say the same over and over.',
  'output-length': 'Answers asked for that are far longer than usual: `max_tokens`, times `n`.',
  'key-farming': 'Many keys of different owners that appear in one network (/24 or /48) at once.',
} as const
export type ConsumptionRuleId = keyof typeof consumptionRules
export const consumptionRuleIds = Object.keys(consumptionRules) as [ConsumptionRuleId, ...ConsumptionRuleId[]]

/** What an enforced rule does, the mildest first. `ask` holds the key until somebody approves, `suspend` until it is resumed. */
export const consumptionActions = ['alert', 'slow', 'ask', 'suspend'] as const
export type ConsumptionAction = (typeof consumptionActions)[number]

export interface ConsumptionRule {
  readonly state: 'shadow' | 'enforce'
  readonly action: ConsumptionAction
  /** A bound that holds from the first call on, in the unit of the rule. */
  readonly max?: number
}

export interface ConsumptionSettings {
  /** Those that are off are absent. */
  readonly rules: Readonly<Partial<Record<ConsumptionRuleId, ConsumptionRule>>>
  /** Before a key has so many calls and is so old, only bounds count. */
  readonly learnCalls: number
  readonly learnMs: number
  /** How long `slow` holds a call; of a rate, at most. */
  readonly slowMs: number
  /** One alarm of a rule and a key in this time; and after an approval, none. */
  readonly quietMs: number
  /** A new model is dear at so many times the price of the dearest that the key has used. */
  readonly priceFactor: number
  /** A turn that comes so often in a row, with at most `gapMs` in between, is a loop. */
  readonly repeats: number
  readonly gapMs: number
  /** Part of a large prompt that must be something new. */
  readonly minDistinct: number
  /** Networks of one's own, in which any number of keys may appear. */
  readonly knownNetworks: readonly string[]
  /** Keys that are new to a network within `farmingMs`. */
  readonly farmingKeys: number
  readonly farmingMs: number
}

/** What can be told of a call before it is sent. Plain data: a worker sends it to the process that judges. */
export interface CallShape {
  readonly id: string
  readonly key: string
  readonly workspace: string
  /** Whoever answers for the key; without one the key itself. */
  readonly owner: string
  /** Hash of the agent or user that the client names: a name would be somebody's data, kept with nobody's calls. */
  readonly label?: string
  /** Absent where the call says nothing of a model. */
  readonly model?: string
  /** Nano-USD of 1,000 tokens in and 1,000 out at its dearest target; absent: not known. */
  readonly price?: number
  readonly inputTokens: number
  /** The most that it may write. */
  readonly outputTokens: number
  readonly inputNanoUsd: number
  readonly outputNanoUsdPerToken: number
  /** Which conversations the turn may belong to: hashes of its beginning and of its trace. */
  readonly conversations: readonly number[]
  /** Another try of a call that was judged already, or more of one. */
  readonly isFurtherTry?: true
  /** A response in a session: what it is asked with is but the end of what was said, and teaches nothing of calls. */
  readonly isInSession?: true
  /** Sketch of its last turn; absent: it has none that can be read. */
  readonly turn?: readonly number[]
  /** Part of what was looked at of a large prompt that stands there once. */
  readonly distinct?: number
  /** `/24` or `/48`; absent for private ones and where it is not known. */
  readonly network?: string
}

/** One rule about one call. */
export interface ConsumptionDecision {
  readonly type: 'consumption'
  readonly id: string
  readonly rule: ConsumptionRuleId
  readonly state: ConsumptionRule['state']
  readonly action: ConsumptionAction
  /** Whether it is the key that is unlike itself, or one agent or user of it. */
  readonly about: 'key' | 'label'
  /** In the unit of the rule. */
  readonly seen: number
  readonly limit: number
  /** A sentence. */
  readonly reason: string
}

export interface Verdict {
  /** What the call counts as until its end says what it came to. */
  readonly countedNanoUsd: number
  readonly decisions: readonly ConsumptionDecision[]
  /** The one that is carried out: the gravest of those that are enforced, but for `alert`. */
  readonly carriedOut?: ConsumptionDecision
  /** Of one that is slowed: how long until there is room for it. */
  readonly waitMs?: number
}

/** What a call has come to. */
export interface CallOutcome {
  readonly id: string
  readonly key: string
  readonly workspace: string
  readonly label?: string
  readonly countedNanoUsd: number
  readonly costNanoUsd: number
  readonly tokens: number
}

/** A key that may not be used now. */
export interface KeyHold {
  /** Of the decision, for whoever asks about it. */
  readonly id: string
  readonly key: string
  readonly workspace: string
  readonly kind: 'ask' | 'suspend'
  readonly at: number
  /** A rule, or `manual`. */
  readonly rule: ConsumptionRuleId | 'manual'
  readonly reason: string
}

/** A rule that leaves a key alone for a while, as somebody has said that what it does is well. */
export interface Lift {
  readonly key: string
  readonly workspace: string
  readonly rule: ConsumptionRuleId
  readonly until: number
}

/** One alarm of one rule for one key, however many calls it was about. */
export interface ConsumptionIncident extends ConsumptionDecision {
  readonly key: string
  readonly at: number
  readonly workspace: string
  readonly call: string
}

/** What outlives a process. May throw what its engine says. */
export interface ConsumptionStore {
  baselines(kind: BaselineKind): readonly { readonly name: string; readonly state: string }[]
  save(
    rows: readonly { readonly kind: BaselineKind; readonly name: string; readonly state: string }[],
    now: number,
  ): void
  holds(): readonly KeyHold[]
  putHold(hold: KeyHold): void
  removeHold(key: string): void
  close(): void
}

/** `network`: which keys a network has been seen with. `meta`: since when anything is watched. */
export type BaselineKind = 'key' | 'network' | 'meta'
