-- Asks for a name. ARGV: incarnation, sequence, name, x or s, 1 to queue, payload. Returns the token, or -1 Busy, -2 no session,
-- or -10 less the milliseconds after which to look again.
local inc, seq, name, mode, payload = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[6]
local deadline = redis.call('ZSCORE', S, inc)
if not deadline or tonumber(deadline) <= now then
  return -2
end
local id = inc .. ' ' .. seq
local found = redis.call('HMGET', C, name, '#', '*')
local held = found[1]
if not held and mode == 'x' then
  -- Nobody has it and nobody wants it: the common case, in as few calls as can be.
  local token = math.max((found[2] or 0) + 1, now)
  local text = string.format('%.0f', token)
  redis.call('HSET', C, name, string.format('X%s %s %.0f %s', id, text, now / 1000, payload), '#', text)
  redis.call('HSET', P .. 'session:' .. inc, seq, name)
  if found[3] or name:byte() ~= 76 then
    redis.call('PUBLISH', P .. 'key:' .. name, '')
  end
  return token
end
@common@
local queue, holders = P .. 'queue:' .. name, P .. 'holders:' .. name
if held and held:sub(2, #id + 2) == id .. ' ' then
  return tonumber(held:match('^%S+ %S+ (%S+)'))
end
local shares = held == 'S' and redis.call('HGET', holders, id)
if shares then
  return tonumber(shares:match('^%S+'))
end
local request = mode .. ' ' .. id
local kind, blocker = holding(name)
if kind == 's' and mode == 's' then
  blocker = nil
end
if not blocker then
  queued(name, function(before, other, _, which)
    if which == request then
      return true
    end
    if mode == 'x' or before == 'x' then
      blocker = other
      return true
    end
  end)
end
if not blocker then
  redis.call('ZREM', queue, request)
  local token = number()
  local grant = string.format('%s %.0f %s', token, now / 1000, payload)
  if mode == 's' then
    redis.call('HSET', C, name, 'S')
    redis.call('HSET', holders, id, grant)
  else
    redis.call('HSET', C, name, (redis.call('EXISTS', queue) == 1 and 'W' or 'X') .. id .. ' ' .. grant)
  end
  redis.call('HSET', P .. 'session:' .. inc, seq, name)
  tell('key:' .. name)
  return tonumber(token)
end
if ARGV[5] ~= '1' then
  if redis.call('ZREM', queue, request) == 1 then
    redis.call('HDEL', P .. 'session:' .. inc, seq)
    wake(name)
  end
  return -1
end
local rank = redis.call('ZRANK', queue, request)
if not rank then
  redis.call('ZADD', queue, number(), request)
  redis.call('HSET', P .. 'session:' .. inc, seq, name)
  held = redis.call('HGET', C, name)
  if held and held:sub(1, 1) == 'X' then
    redis.call('HSET', C, name, 'W' .. held:sub(2))
  end
  rank = redis.call('ZRANK', queue, request)
end
if rank >= 8 then
  -- Far from the head: a signal will come, and the first few look whether somebody has died.
  return -10 - math.min(1000 + 20 * rank, 10000)
end
local left = math.ceil((alive(blocker) - now) / 1000) + 1
return -10 - math.max(5, math.min(left, 1000))
