/**
 * Runs in Redis, as one step. KEYS: the epoch, then the counter of each ask. ARGV: who asks, then the fields of each ask in the
 * order of `argumentsOf`. The clock of Redis decides which window it is. A share is written as
 * `start|used|previous|held|cap|expires|life|number`; `life` is a process of the gateway, `number` rises with each of its asks.
 */
export const leaseScript = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local me, life, number = ARGV[1], ARGV[2], tonumber(ARGV[3])
local ttl, grace, leaving, answered = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[7] == '1', tonumber(ARGV[8])

local base = KEYS[1]
local epoch, born = redis.call('HGET', base, 'epoch'), redis.call('HGET', base, 'born')
-- What it has answered once it must remember: otherwise it was started from an older copy of itself.
local last, lastLife = string.match(redis.call('HGET', base, 'last:' .. me) or '', '^(%d+)|(%w+)$')
local isOlder = answered > 0 and (lastLife ~= life or tonumber(last) < answered)
if not epoch or not born or isOlder then
  epoch, born = ARGV[6], now
  redis.call('HSET', base, 'epoch', epoch, 'born', string.format('%.0f', born))
end
local age = now - tonumber(born)
local waits = 0
if age >= 0 and age < grace then waits = grace - age end
if leaving then redis.call('HDEL', base, 'at:' .. me, 'last:' .. me)
else
  local highest = lastLife == life and math.max(number, tonumber(last)) or number
  redis.call('HSET', base, 'at:' .. me, string.format('%.0f', now), 'last:' .. me, string.format('%.0f|%s', highest, life))
end
local gateways, isAbout = 0, {}
local seen = redis.call('HGETALL', base)
for index = 1, #seen, 2 do
  if string.sub(seen[index], 1, 3) == 'at:' then
    local ago = now - tonumber(seen[index + 1])
    if ago < ttl then gateways = gateways + 1 end
    if ago < ttl * 360 then isAbout[string.sub(seen[index], 4)] = true end
    if ago > 86400000 then redis.call('HDEL', base, seen[index], 'last:' .. string.sub(seen[index], 4)) end
  end
end
if gateways < 1 then gateways = 1 end

local position = 9
local function nextText()
  position = position + 1
  return ARGV[position - 1]
end
local function nextNumber() return tonumber(nextText()) end

local function parsed(text)
  local start, used, previous, held, cap, expires, life, number =
    string.match(text, '^(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|(%w*)|(%d+)$')
  if not start then return nil end
  return { start = tonumber(start), used = tonumber(used), previous = tonumber(previous), held = tonumber(held),
    cap = tonumber(cap), expires = tonumber(expires), life = life, number = tonumber(number) }
end
local function written(share)
  return string.format('%.0f|%.0f|%.0f|%.0f|%.0f|%.0f|%s|%.0f', share.start, share.used, share.previous, share.held,
    share.cap, share.expires, share.life, share.number)
end

-- A window of which the gateway has not told yet: it may have used all that it had, and holds what it held.
local function turned(share, ask)
  local lives = share.expires > now
  if ask.kind == 'concurrent' then
    if not lives then share.cap, share.held = 0, 0 end
  elseif share.start < ask.start then
    local held = (ask.kind == 'sliding' and lives) and share.held or 0
    share.previous = share.start >= ask.before and math.max(0, share.cap - held) or 0
    share.start, share.used, share.held, share.cap = ask.start, 0, held, held
  end
  return share
end

-- The newer one. A process has used what the one before it had leased, so of two processes the one that used more is newer.
local function newer(known, told)
  if not known then return told end
  if known.life == told.life then return told.number > known.number and told or known end
  return told.used > known.used and told or known
end

local function window(key, kind)
  local ask = { kind = kind, amount = nextNumber(), isKnown = nextText() == '1', isRetold = nextText() == '1', start = nextNumber(), stop = nextNumber(),
    before = nextNumber(), used = nextNumber(), previous = nextNumber(), held = nextNumber(), keep = nextNumber(),
    need = nextNumber(), wish = nextNumber(), floor = nextNumber() }
  local told = {}
  for index = 1, nextNumber() do
    local gateway = nextText()
    told[gateway] = parsed(nextText())
  end
  if kind ~= 'concurrent' and (now >= ask.stop or now < ask.start - 1000) then return { 'moved' } end

  local shares = {}
  local all = redis.call('HGETALL', key)
  for index = 1, #all, 2 do
    local share = parsed(all[index + 1])
    if share then shares[all[index]] = turned(share, ask) end
  end
  local own = shares[me]
  shares[me] = nil
  if own and own.life == life and number <= own.number then return { 'moved' } end
  if not own and ask.isKnown and not ask.isRetold then return { 'forgotten' } end
  for gateway, share in pairs(told) do
    if gateway ~= me then
      shares[gateway] = newer(shares[gateway], turned(share, ask))
      redis.call('HSET', key, gateway, written(shares[gateway]))
    end
  end
  if own and (own.life ~= life or not ask.isKnown) then
    -- What the process before had leased, nobody knows to be unused; nor has one been told of it that heard no answer yet.
    if kind ~= 'concurrent' then
      local more = math.max(0, (own.life ~= life and own.cap or own.used) - ask.used)
      ask.used, ask.keep, ask.need, ask.wish = ask.used + more, ask.keep + more, ask.need + more, ask.wish + more
    end
    if own.life ~= life then ask.previous = math.max(ask.previous, own.previous) end
  end
  -- What no gateway has a share for is one of its own: what only a record tells, and, where many gateways have come and gone,
  -- those that went long ago. One that comes back after that counts what it has on record once more, which lets nothing through.
  local lost = ask.floor - math.max(ask.used, ask.keep)
  for _, share in pairs(shares) do lost = lost - share.cap end
  local past = math.max(0, lost)
  if kind ~= 'concurrent' and #all > 64 then
    for gateway, share in pairs(shares) do
      if gateway ~= 'past' and not isAbout[gateway] and share.expires + ttl * 360 < now and share.previous == 0 then
        past = past + share.cap
        shares[gateway] = nil
        redis.call('HDEL', key, gateway)
      end
    end
  end
  if past > 0 then
    local before = shares['past'] or { used = 0, previous = 0, cap = 0, number = 0 }
    shares['past'] = { start = ask.start, used = before.used + past, previous = before.previous, held = 0,
      cap = before.cap + past, expires = 0, life = 'past', number = before.number + 1 }
    redis.call('HSET', key, 'past', written(shares['past']))
  end

  local used, previous, held, caps, list = 0, 0, 0, 0, {}
  for gateway, share in pairs(shares) do
    if share.expires <= now and share.cap == 0 and share.previous == 0 then redis.call('HDEL', key, gateway)
    else
      used, previous, held, caps = used + share.used, previous + share.previous, held + share.held, caps + share.cap
      -- What a gateway that is away has not told is taken to be used.
      if share.expires <= now then used = used + math.max(0, share.cap - share.used - share.held) end
      if #list < 128 then
        list[#list + 1] = gateway
        list[#list + 1] = written(share)
      end
    end
  end
  local fading = 0
  if kind == 'sliding' then
    local gone = math.min(1, math.max(0, (now - ask.start) / (ask.stop - ask.start)))
    fading = (previous + ask.previous) * (1 - gone)
  end
  local need, wish = math.max(ask.keep, ask.need), math.max(ask.keep, ask.wish)
  local room = math.max(0, math.floor(ask.amount - caps - fading - ask.keep))
  local given = 0
  if waits == 0 then
    given = math.min(need - ask.keep, room)
    local more = math.min(wish - need, math.floor((room - given) / (2 * gateways)))
    given = given + math.max(0, more)
  end
  local cap = ask.keep + given
  -- While others may tell what it was, it stands there that it is nothing.
  if cap == 0 and ask.previous == 0 and waits == 0 then redis.call('HDEL', key, me)
  else
    redis.call('HSET', key, me, written({ start = ask.start, used = ask.used, previous = ask.previous, held = math.min(ask.held, cap - ask.used),
      cap = cap, expires = now + ttl, life = life, number = number }))
  end
  if kind == 'concurrent' then redis.call('PEXPIRE', key, ttl * 10)
  elseif ask.stop < 9e15 then redis.call('PEXPIRE', key, string.format('%.0f', (ask.stop - now) + (ask.stop - ask.start) + 60000)) end
  return { 'leased', cap, ask.used, used, previous, held, room - given, list }
end

local function bucket(key)
  local amount, isKnown, isRetold, period = nextNumber(), nextText() == '1', nextText() == '1', nextNumber()
  local need, wish, debt, giveBack, told = nextNumber(), nextNumber(), nextNumber(), nextNumber(), nextNumber()
  local missing, at = redis.call('HGET', key, 'missing'), redis.call('HGET', key, 'at')
  if not missing and isKnown and not isRetold then return { 'forgotten' } end
  local passed = at and math.max(0, now - tonumber(at)) or 0
  missing = math.max(0, tonumber(missing or '0') - passed / period * amount)
  missing = math.max(0, math.max(missing, told) + debt - giveBack)
  local room = math.max(0, math.floor(amount - missing))
  local given = 0
  if waits == 0 then
    given = math.min(need, room)
    given = given + math.max(0, math.min(wish - need, math.floor((room - given) / (2 * gateways))))
  end
  missing = missing + given
  redis.call('HSET', key, 'missing', string.format('%.6f', missing), 'at', string.format('%.0f', now))
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(1000, 2 * period + math.max(0, missing / amount) * period)))
  return { 'leased', given, 0, math.ceil(missing), 0, 0, room - given, {} }
end

local answers = {}
for index = 2, #KEYS do
  local kind = nextText()
  answers[#answers + 1] = kind == 'token-bucket' and bucket(KEYS[index]) or window(KEYS[index], kind)
end
return { now, epoch, waits, gateways, answers }
`
