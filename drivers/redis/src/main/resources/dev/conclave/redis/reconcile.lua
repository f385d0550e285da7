-- Gives up what a session's owner does not know of: it was given back, but the server has gone back to what it was before, by a fail-over
-- or a restart that lost the last writes. ARGV: incarnation; the highest sequence of a claim, then of an enrolment, that was in use when
-- the rest was listed; what is held, waited for or under way, as the session's index has it. Returns how much was given up.
@common@
local inc = ARGV[1]
local highest = { [''] = tonumber(ARGV[2]), e = tonumber(ARGV[3]) }
local known = {}
for i = 4, #ARGV do
  known[ARGV[i]] = true
end
local index = redis.call('HGETALL', P .. 'session:' .. inc)
local member = redis.call('HGET', P .. 'session:' .. inc, 'm')
local gone = 0
for i = 1, #index, 2 do
  local field, name = index[i], index[i + 1]
  local kind, seq = field:match('^(e?)(%d+)$')
  if seq and tonumber(seq) <= highest[kind] and not known[field] then
    gone = gone + 1
    redis.call('HDEL', P .. 'session:' .. inc, field)
    if kind == 'e' then
      unlist(name, member, inc, seq)
    else
      local was = take(name, inc, seq)
      wake(name)
      if was == 1 then
        tell('key:' .. name)
      end
    end
  end
end
announce()
return gone
