-- Proves that a session lives. ARGV: incarnation, number of claims, their sequences, then sequence and group of each enrolment.
-- Returns false if there is no such session, else the positions of what is missing, from 1, claims before enrolments.
@common@
local inc = ARGV[1]
local index = P .. 'session:' .. inc
local ttl = alive(inc) and redis.call('HGET', index, 't')
if not ttl then
  if alive(inc) then
    finish(inc)
  end
  return false
end
redis.call('ZREM', S, '') -- takes no memory: a server that has none left refuses only the first write of a script
redis.call('ZADD', S, 'XX', string.format('%.0f', now + ttl * 1000), inc)
local missing = {}
local claims = tonumber(ARGV[2])
local from = 1
while from <= claims do
  local to = math.min(from + 999, claims)
  local sequences = {}
  for i = from, to do
    sequences[#sequences + 1] = ARGV[2 + i]
  end
  local names = redis.call('HMGET', index, unpack(sequences))
  for i, name in ipairs(names) do
    names[i] = name or '?'
  end
  local held = redis.call('HMGET', C, unpack(names))
  for i = 1, #sequences do
    local id = inc .. ' ' .. sequences[i]
    local value = held[i]
    local mine = value and (value:sub(2, #id + 2) == id .. ' '
      or value == 'S' and redis.call('HEXISTS', P .. 'holders:' .. names[i], id) == 1)
    if not mine then
      missing[#missing + 1] = from + i - 1
    end
  end
  from = to + 1
end
if #ARGV > 2 + claims then
  local member = redis.call('HGET', index, 'm')
  for i = 3 + claims, #ARGV, 2 do
    local id = inc .. ' ' .. ARGV[i] .. ' '
    local entry = redis.call('HGET', P .. 'group:' .. ARGV[i + 1], member)
    if not entry or entry:sub(1, #id) ~= id then
      missing[#missing + 1] = claims + (i - 1 - claims) / 2
    end
  end
end
sweep()
return missing
