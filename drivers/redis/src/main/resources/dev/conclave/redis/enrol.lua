-- Lists a session in a group. ARGV: incarnation, sequence, group, capabilities, 1 to create the group, 1 to take over.
-- Returns 0 enrolled, 1 taken, 2 no group, 3 no session.
@common@
local inc, seq, group = ARGV[1], ARGV[2], ARGV[3]
local member = alive(inc) and redis.call('HGET', P .. 'session:' .. inc, 'm')
if not member then
  return 3
end
if redis.call('HEXISTS', P .. 'groups', group) == 0 then
  if ARGV[5] ~= '1' then
    return 2
  end
  redis.call('HSET', P .. 'groups', group, number())
  tell('groups')
end
local present = redis.call('HGET', P .. 'group:' .. group, member)
if present then
  local other, sequence = present:match('^(%S+) (%S+)')
  if other == inc then
    if tonumber(seq) <= tonumber(sequence) then
      return 0
    end
  elseif alive(other) and ARGV[6] ~= '1' then
    return 1
  end
  unlist(group, member, other, sequence)
  redis.call('HDEL', P .. 'session:' .. other, 'e' .. sequence)
  if other ~= inc then
    tell('session:' .. other)
  end
end
local at = string.format('%.0f', now / 1000)
redis.call('HSET', P .. 'group:' .. group, member, table.concat({ inc, seq, '0', at, at, ARGV[4] }, ' '))
redis.call('HSET', P .. 'session:' .. inc, 'e' .. seq, group)
change(group, '+', inc, seq, member)
announce()
return 0
