import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import type { LeaseAnswer, LeaseAnswers, LeaseAsk, LeaseStore } from '../../../core/spending/budget-lease.ts'
import { leaseScript } from './lease-script.ts'
import { openScriptedRedis, type Run, redisScript } from './scripted-redis.ts'

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

/** Asks of one step: other clients of this Redis wait so long. */
const STEP = 64

const leases = redisScript(leaseScript)

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
  const redis = openScriptedRedis({ url, patienceMs, sentence: whenAway === 'refuse' ? refusing : continuing, tell })
  let number = 0
  let answered = 0
  redis.connect()

  async function step(run: Run, asks: readonly LeaseAsk[], leaving: boolean): Promise<LeaseAnswers> {
    const keys = [`${prefix}epoch`, ...asks.map(({ key }) => prefix + key)]
    const epoch = randomBytes(8).toString('hex')
    const own = ++number
    const head = [gateway, life, own, leaseMs, graceMs, epoch, leaving ? 1 : 0, answered]
    const given = { keys, arguments: [...head, ...asks.flatMap(argumentsOf)].map(String) }
    const answers = answersIn(await run(leases, given))
    answered = Math.max(answered, own)
    return answers
  }

  /** All steps go out at once. */
  async function asked(asks: readonly LeaseAsk[], leaving: boolean): Promise<LeaseAnswers> {
    return await redis.asked(async (run) => {
      const steps = [step(run, asks.slice(0, STEP), leaving)]
      for (let index = STEP; index < asks.length; index += STEP)
        steps.push(step(run, asks.slice(index, index + STEP), leaving))
      const told = await Promise.all(steps)
      return { ...(told.at(-1) as LeaseAnswers), answers: told.flatMap(({ answers }) => answers) }
    })
  }

  return {
    isThere: redis.isThere,
    ask: (asks) => asked(asks, false),
    async leave(asks) {
      await asked(asks, true)
    },
    close: redis.close,
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
