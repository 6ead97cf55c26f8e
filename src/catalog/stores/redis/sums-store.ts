import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import type {
  HoldsStore,
  MinuteFigures,
  OwnFigures,
  SumsAnswer,
  SumsStore,
} from '../../../core/spending/consumption-sums.ts'
import { heardHolds, holdsArguments, holdsScript } from './holds-script.ts'
import { openScriptedRedis, type Run, redisScript } from './scripted-redis.ts'

export interface RedisSumsOptions {
  readonly url: string
  /** Stands before all keys. */
  readonly prefix: string
  /** This process of a gateway: one that ended is another one. */
  readonly life: string
  readonly patienceMs: number
  readonly tell: StorageTeller
}

/**
 * Runs in Redis, as one step. KEYS: the gateways, then a hash of each name that has a field for each gateway, `calls|cost|when`.
 * ARGV: who asks, then calls and cost of each. By the clock of Redis alone, what was told fades within a minute, so that no gateway
 * has to have the same clock as another.
 */
const sums = redisScript(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local me = ARGV[1]
redis.call('ZADD', KEYS[1], string.format('%.0f', now), me)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - 10000))
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
redis.call('PEXPIRE', KEYS[1], 60000)
local answers = { redis.call('ZCARD', KEYS[1]) }
for index = 2, #KEYS do
  local key, rate, cost = KEYS[index], 0, 0
  if redis.call('HLEN', key) > 256 then redis.call('DEL', key) end
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do
    local calls, spent, told = string.match(all[at + 1], '^(%d+)|(%d+)|(%d+)$')
    local age = told and now - tonumber(told) or 60000
    if age >= 60000 or age < -60000 then redis.call('HDEL', key, all[at])
    elseif all[at] ~= me then
      local left = math.min(1, 1 - age / 60000)
      rate, cost = rate + tonumber(calls) * left, cost + tonumber(spent) * left
    end
  end
  redis.call('HSET', key, me, string.format('%s|%s|%.0f', ARGV[2 * index - 2], ARGV[2 * index - 1], now))
  redis.call('PEXPIRE', key, 120000)
  answers[#answers + 1] = string.format('%.3f', rate)
  answers[#answers + 1] = string.format('%.0f', cost)
end
return answers
`)
const holds = redisScript(holdsScript)
const Answer = z.tuple([z.number()], z.string())
const Figure = z.coerce.number().min(0).max(1e18)

/** Names of one step: other clients of this Redis wait so long. */
const STEP = 64
const sentence = 'Consumption is judged by what this gateway alone sees: Redis'

export function openRedisSums({ url, prefix, life, patienceMs, tell }: RedisSumsOptions): SumsStore & HoldsStore {
  // Not before it is asked: where no consumption is watched, nobody is.
  const redis = openScriptedRedis({ url, patienceMs, sentence, tell })
  /** Of the holds that were heard of. */
  let version = ''

  async function step(run: Run, own: readonly OwnFigures[]): Promise<SumsAnswer> {
    const given = {
      keys: [`${prefix}gateways`, ...own.map(({ name }) => `${prefix}${hashed(name)}`)],
      arguments: [life, ...own.flatMap(({ rate, cost }) => [whole(rate), whole(cost)])],
    }
    const said = await run(sums, given)
    const [gateways, ...figures] = Answer.parse(said)
    const others: MinuteFigures[] = []
    for (let index = 0; index + 1 < figures.length; index += 2)
      others.push({ rate: Figure.parse(figures[index]), cost: Figure.parse(figures[index + 1]) })
    return { gateways, others }
  }

  return {
    isThere: redis.isThere,
    async exchange(own) {
      const told = await redis.asked((run) => {
        const steps: Promise<SumsAnswer>[] = []
        for (let index = 0; index === 0 || index < own.length; index += STEP)
          steps.push(step(run, own.slice(index, index + STEP)))
        return Promise.all(steps)
      })
      return { gateways: told.at(-1)?.gateways ?? 1, others: told.flatMap(({ others }) => others) }
    },
    async exchangeHolds(news) {
      const keys = ['version', 'holds', 'ended', 'lifts'].map((name) => prefix + name)
      const heard = await redis.asked(async (run) =>
        heardHolds(await run(holds, { keys, arguments: holdsArguments(version, news) })),
      )
      version = heard.version
      return heard.all
    },
    close: redis.close,
  }
}

/** No name of a key or an agent stands in Redis. */
function hashed(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 27)
}

function whole(value: number): string {
  return String(Math.min(1e15, Math.max(0, Math.round(value))))
}
