-- Begins a session: ARGV are incarnation, member, time-to-live in milliseconds. Returns whether it lives.
@common@
local inc = ARGV[1]
sweep()
if redis.call('ZSCORE', S, inc) then
  return alive(inc) and 1 or 0
end
if redis.call('EXISTS', S) == 0 then
  -- All sessions are over, in whatever way: ended, or the server has dropped their key. What is left hangs on none.
  local names = redis.call('HKEYS', C)
  for _, name in ipairs(names) do
    if name ~= '#' and name ~= '*' then
      redis.call('DEL', P .. 'queue:' .. name, P .. 'holders:' .. name)
      redis.call('HDEL', C, name)
    end
  end
  for _, group in ipairs(redis.call('HKEYS', P .. 'groups')) do
    local listed = redis.call('HGETALL', P .. 'group:' .. group)
    for i = 1, #listed, 2 do
      local of, seq = listed[i + 1]:match('^(%S+) (%S+)')
      unlist(group, listed[i], of, seq)
    end
  end
  announce()
end
redis.call('ZADD', S, string.format('%.0f', now + ARGV[3] * 1000), inc)
redis.call('HSET', P .. 'session:' .. inc, 'm', ARGV[2], 't', ARGV[3])
return 1
