-- Gives up a claim or a request. ARGV: incarnation, sequence, name. Returns 1 if it was held, 2 if it waited, 0 if there was none.
local inc, seq, name = ARGV[1], ARGV[2], ARGV[3]
local id = inc .. ' ' .. seq
local found = redis.call('HMGET', C, name, '*')
local held = found[1]
if not held then
  return 0
end
local deadline = redis.call('ZSCORE', S, inc)
local lives = deadline and tonumber(deadline) > now
if held:sub(1, #id + 2) == 'X' .. id .. ' ' then
  -- Nobody waits; and a lock (76 is its L), unlike an election, is hardly ever watched.
  redis.call('HDEL', C, name)
  redis.call('HDEL', P .. 'session:' .. inc, seq)
  if found[2] or name:byte() ~= 76 then
    redis.call('PUBLISH', P .. 'key:' .. name, '')
  end
  return lives and 1 or 0
end
@common@
redis.call('HDEL', P .. 'session:' .. inc, seq) -- first, as it takes no memory: one that does is refused as the first when none is left
local was = take(name, inc, seq)
if was > 0 then
  wake(name)
  if was == 1 then
    tell('key:' .. name)
  end
end
return lives and was or 0
