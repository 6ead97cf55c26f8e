import * as z from 'zod'
import { consumptionRuleIds, type KeyHold, type Lift } from '../../../core/spending/consumption.ts'
import type { EndedHold, SharedHolds } from '../../../core/spending/consumption-sums.ts'
import { parseJson } from '../../../core/wire/json.ts'

/**
 * Runs in Redis, as one step. KEYS: the version, then hashes of holds by key, of those that were ended by id, and of lifted rules.
 * ARGV: the version that the gateway knows, then of each kind how many are told, and their fields. A hold is written as
 * `kind|id|json`; of two of one key the first stays, but a suspension goes before a question. The version is a time, so that one
 * that lost its memory is told from what it was.
 */
export const holdsScript = `
local time = redis.call('TIME')
local isChanged, position = false, 1
local function take()
  position = position + 1
  return ARGV[position]
end
local function bounded(key, most)
  if redis.call('HLEN', key) <= most then return end
  local fields = redis.call('HKEYS', key)
  for index = 1, #fields / 2 do redis.call('HDEL', key, fields[index]) end
end
for _ = 1, tonumber(take()) do
  local key, id, kind, json = take(), take(), take(), take()
  if redis.call('HEXISTS', KEYS[3], id) == 0 then
    local known = string.match(redis.call('HGET', KEYS[2], key) or '', '^(%a+)|')
    if not known or (known == 'ask' and kind == 'suspend') then
      redis.call('HSET', KEYS[2], key, kind .. '|' .. id .. '|' .. json)
      isChanged = true
    end
  end
end
for _ = 1, tonumber(take()) do
  local key, id, json = take(), take(), take()
  redis.call('HSET', KEYS[3], id, json)
  redis.call('PEXPIRE', KEYS[3], 2592000000)
  local known = string.match(redis.call('HGET', KEYS[2], key) or '', '^%a+|([^|]*)|')
  if known == id then redis.call('HDEL', KEYS[2], key) end
  isChanged = true
end
for _ = 1, tonumber(take()) do
  redis.call('HSET', KEYS[4], take(), take())
  redis.call('PEXPIRE', KEYS[4], 691200000)
  isChanged = true
end
bounded(KEYS[3], 2000)
bounded(KEYS[4], 2000)
if isChanged then redis.call('SET', KEYS[1], time[1] .. '.' .. time[2]) end
local version = redis.call('GET', KEYS[1]) or '0'
if version == ARGV[1] then return { version } end
return { version, redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3]), redis.call('HVALS', KEYS[4]) }
`

export function holdsArguments(version: string, { holds, ended, lifts }: SharedHolds): string[] {
  return [
    version,
    String(holds.length),
    ...holds.flatMap((hold) => [hold.key, hold.id, hold.kind, JSON.stringify(hold)]),
    String(ended.length),
    ...ended.flatMap((one) => [one.key, one.id, JSON.stringify(one)]),
    String(lifts.length),
    ...lifts.flatMap((one) => [JSON.stringify([one.key, one.rule]), JSON.stringify(one)]),
  ]
}

const texts = z.array(z.string())
const Answer = z.union([z.tuple([z.string()]), z.tuple([z.string(), texts, texts, texts])])
const names = { id: z.string().max(100), key: z.string().max(500), workspace: z.string().max(500) }
const Hold = z.object({
  ...names,
  kind: z.enum(['ask', 'suspend']),
  at: z.number(),
  rule: z.enum([...consumptionRuleIds, 'manual']),
  reason: z.string().max(2000),
}) satisfies z.ZodType<KeyHold>
const Ended = z.object({ ...names, rule: z.enum([...consumptionRuleIds, 'manual']), until: z.number().optional() })
const Lifted = z.object({
  key: names.key,
  workspace: names.workspace,
  rule: z.enum(consumptionRuleIds),
  until: z.number(),
})

/** `all` is absent where nothing has changed. What is none of ours is passed over. */
export function heardHolds(said: unknown): { readonly version: string; readonly all?: SharedHolds } {
  const [version, holds, ended, lifts] = Answer.parse(said)
  if (holds === undefined) return { version }
  const json = (text: string): unknown => parseJson(text.slice(text.indexOf('{')))
  return {
    version,
    all: {
      holds: read(Hold, holds.map(json)),
      ended: read(Ended, (ended ?? []).map(json)).map(
        ({ until, ...one }): EndedHold => (until === undefined ? one : { ...one, until }),
      ),
      lifts: read(Lifted, (lifts ?? []).map(json)) satisfies Lift[],
    },
  }
}

function read<Value>(schema: z.ZodType<Value>, values: readonly unknown[]): Value[] {
  return values.flatMap((value) => {
    const { data } = schema.safeParse(value)
    return data === undefined ? [] : [data]
  })
}
