import { createHash, randomBytes } from 'node:crypto'
import { ErrorReply } from '@redis/client'
import * as z from 'zod'
import { settledWithin } from '../../../core/calls/settled-within.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import type { LeaseAnswer, LeaseAnswers, LeaseAsk, LeaseStore } from '../../../core/spending/budget-lease.ts'
import { connectRedis, redisReason } from './connection.ts'
import { leaseScript } from './lease-script.ts'

export interface RedisLeaseOptions {
  readonly url: string
  /** Stands before all keys. */
  readonly prefix: string
  /** The gateway, the same after a restart with the same data directory. */
  readonly gateway: string
  /** This process of it. */
  readonly life: string
  /** After so long without a word a gateway is taken to be gone. */
  readonly leaseMs: number
  /** How long a Redis that knows nothing gives nothing. */
  readonly graceMs: number
  readonly patienceMs: number
  readonly whenAway: 'continue' | 'refuse'
  readonly tell: StorageTeller
}

const CONNECT_TIMEOUT_MS = 1000
const MIN_WAIT_MS = 20
const MAX_WAIT_MS = 500
/** Asks of one step: other clients of this Redis wait so long. */
const STEP = 64

const sha1 = createHash('sha1').update(leaseScript).digest('hex')

const Answer = z.union([
  z.tuple([z.enum(['moved', 'forgotten'])]),
  z.tuple([
    z.literal('leased'),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.array(z.string()),
  ]),
])
const Reply = z.tuple([z.number(), z.string(), z.number(), z.number(), z.array(Answer)])

/** Leases in Redis or Valkey: a hash for each counter, under `<prefix><hash of its name>`, with a field for each gateway. */
export function openRedisLeases(options: RedisLeaseOptions): LeaseStore {
  const { url, prefix, gateway, life, leaseMs, graceMs, patienceMs, whenAway, tell } = options
  const sentence = whenAway === 'refuse' ? refusing : continuing
  let number = 0
  let answered = 0
  let isClosed = false
  let client = connect()

  function connect() {
    return connectRedis({
      url,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      firstWaitMs: MIN_WAIT_MS,
      maxWaitMs: MAX_WAIT_MS,
      failed: (reason) => tell(`${sentence} cannot be reached (${reason}).`),
    })
  }

  async function step(asks: readonly LeaseAsk[], leaving: boolean): Promise<LeaseAnswers> {
    const from = client
    const keys = [`${prefix}epoch`, ...asks.map(({ key }) => prefix + key)]
    const epoch = randomBytes(8).toString('hex')
    const own = ++number
    const head = [gateway, life, own, leaseMs, graceMs, epoch, leaving ? 1 : 0, answered]
    const given = { keys, arguments: [...head, ...asks.flatMap(argumentsOf)].map(String) }
    const said = from.evalSha(sha1, given).catch((fault: unknown) => {
      // One that was started anew does not know it.
      if (fault instanceof ErrorReply && fault.message.startsWith('NOSCRIPT')) return from.eval(leaseScript, given)
      throw fault
    })
    const answers = answersIn(await said)
    answered = Math.max(answered, own)
    return answers
  }

  /** All steps go out at once. */
  async function asked(asks: readonly LeaseAsk[], leaving: boolean): Promise<LeaseAnswers> {
    const from = client
    if (isClosed || !from.isReady) throw new Error('Redis is away.')
    const steps: Promise<LeaseAnswers>[] = []
    for (let index = 0; index === 0 || index < asks.length; index += STEP)
      steps.push(step(asks.slice(index, index + STEP), leaving))
    let fault: unknown
    const told = await settledWithin(Promise.all(steps), patienceMs, (caught) => {
      fault = caught
    })
    const last = told?.at(-1)
    if (told !== undefined && last !== undefined) {
      tell(undefined)
      return { ...last, answers: told.flatMap(({ answers }) => answers) }
    }
    if (fault instanceof ErrorReply) tell(`${sentence} refuses (${redisReason(fault)}).`)
    else if (fault instanceof z.ZodError) tell(`${sentence} says what this gateway does not understand.`)
    else if (fault === undefined && from === client && !isClosed) {
      // A connection that does not answer may never do so again.
      tell(`${sentence} does not answer in time.`)
      client.destroy()
      client = connect()
    }
    throw new Error('Redis did not answer.', { cause: fault })
  }

  return {
    isThere: () => !isClosed && client.isReady,
    ask: (asks) => asked(asks, false),
    async leave(asks) {
      await asked(asks, true)
    },
    async close() {
      isClosed = true
      if (client.isReady) await settledWithin(client.close(), patienceMs)
      if (client.isOpen) client.destroy()
      tell(undefined)
    },
  }
}

const refusing = 'Calls under budgets are refused: Redis'
const continuing = 'Budgets are spent as far as this gateway has leases of them, and then refused: Redis'

function argumentsOf(ask: LeaseAsk): (string | number)[] {
  const head = [ask.kind, ask.amount, ask.isKnown ? 1 : 0, ask.isRetold ? 1 : 0]
  if (ask.kind === 'token-bucket')
    return [...head, ask.periodMs, ask.need, ask.wish, ask.debt, ask.giveBack, ask.missing]
  const { start, end, before, used, previous, held, keep, need, wish, floor, others } = ask
  const told = others.flatMap((other) => [other.gateway, other.share])
  return [...head, start, end, before, used, previous, held, keep, need, wish, floor, others.length, ...told]
}

function answersIn(said: unknown): LeaseAnswers {
  const [now, epoch, givesInMs, gateways, answers] = Reply.parse(said)
  return { now, epoch, givesInMs, gateways, answers: answers.map(answerIn) }
}

function answerIn(said: z.infer<typeof Answer>): LeaseAnswer {
  if (said[0] !== 'leased') return { outcome: said[0] }
  const [outcome, cap, used, othersUsed, previous, held, room, list] = said
  const shares = []
  for (let index = 0; index + 1 < list.length; index += 2)
    shares.push({ gateway: list[index] ?? '', share: list[index + 1] ?? '' })
  return { outcome, cap, used, others: { used: othersUsed, previous, held, room, shares } }
}
