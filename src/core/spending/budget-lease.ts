/**
 * How several gateways share a counter. Each has a lease of it: what it has used and holds of it comes to no more than its
 * cap, and the caps of all come to no more than the budget. A gateway tells what it has, not what has changed, so that
 * nothing is counted twice when an answer is lost, and what the authority has forgotten can be told once more.
 */
interface Ask {
  /** Names the counter at the authority; nothing can be read from it. */
  readonly key: string
  readonly amount: number
  /** The authority has answered for this counter before: if it knows nothing now, it has forgotten. */
  readonly isKnown: boolean
  /** It has said that it has forgotten, and this is all that the gateway knows. */
  readonly isRetold: boolean
}

/** Of a fixed or sliding window, or of calls at once, which have no window. Times in Unix milliseconds. */
export interface WindowAsk extends Ask {
  readonly kind: 'fixed' | 'sliding' | 'concurrent'
  readonly start: number
  readonly end: number
  /** When the window before began. */
  readonly before: number
  /** By this process, in this window and in the one before. */
  readonly used: number
  readonly previous: number
  /** For calls in flight, and for those that wait to be. */
  readonly held: number
  /** The cap that this gateway keeps in any case. */
  readonly keep: number
  /** The cap that it needs for calls that wait. */
  readonly need: number
  /** The cap that it would like, so that it need not ask so soon. */
  readonly wish: number
  /** What all gateways together are known to have used, from a record that they share. */
  readonly floor: number
  /** What others had when the authority last told, for one that has forgotten. */
  readonly others: readonly OtherShare[]
}

/** Tokens are taken out of the bucket when they are leased, and never told of again. */
export interface BucketAsk extends Ask {
  readonly kind: 'token-bucket'
  readonly periodMs: number
  readonly need: number
  readonly wish: number
  /** Used beyond what was leased. */
  readonly debt: number
  readonly giveBack: number
  /** What was missing in it when the authority last told, for one that has forgotten. */
  readonly missing: number
}
export type LeaseAsk = WindowAsk | BucketAsk

/** What one gateway has of a counter, as the authority writes it down. */
export interface OtherShare {
  readonly gateway: string
  readonly share: string
}

export type LeaseAnswer =
  | {
      readonly outcome: 'leased'
      /** The new cap; of a bucket, the tokens that were taken. */
      readonly cap: number
      /** By this gateway in this window, the process before this one included. */
      readonly used: number
      readonly others: OthersUse
    }
  /** The window is not that of the authority's clock. */
  | { readonly outcome: 'moved' }
  /** It has forgotten the counter: to be told with all that is known. */
  | { readonly outcome: 'forgotten' }

export interface OthersUse {
  /** Of a bucket: what is missing in it. */
  readonly used: number
  readonly previous: number
  readonly held: number
  /** What nobody has leased. */
  readonly room: number
  readonly shares: readonly OtherShare[]
}

export interface LeaseAnswers {
  /** By the authority's clock, in Unix milliseconds. */
  readonly now: number
  /** Another one than before: the authority has lost what it knew. */
  readonly epoch: string
  /** It gives nothing yet, as others may not have told it what they used. Milliseconds; 0 when it does. */
  readonly givesInMs: number
  /** Gateways that were heard of lately. */
  readonly gateways: number
  /** In the order of what was asked. */
  readonly answers: readonly LeaseAnswer[]
}

/** Adds up for all gateways. */
export interface LeaseStore {
  /** Whether it can be asked. */
  isThere(): boolean
  /** Rejects when it is away or does not answer in time. Without asks: whether it answers. */
  ask(asks: readonly LeaseAsk[]): Promise<LeaseAnswers>
  /** With the asks it takes leave: nobody waits for this gateway any more. */
  leave(asks: readonly LeaseAsk[]): Promise<void>
  close(): Promise<void>
}
