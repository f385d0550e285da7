-- Takes the claim with a token away from its holder. ARGV: name, token. Returns whether it stood.
@common@
local name = ARGV[1]
local kind, inc = holding(name)
local seq
if kind == 'x' then
  local token
  inc, seq, token = redis.call('HGET', C, name):match('^.(%S+) (%S+) (%S+)')
  if token ~= ARGV[2] then
    return 0
  end
elseif kind == 's' then
  local all = redis.call('HGETALL', P .. 'holders:' .. name)
  for i = 1, #all, 2 do
    if all[i + 1]:match('^%S+') == ARGV[2] then
      inc, seq = all[i]:match('^(%S+) (%S+)$')
    end
  end
end
if not seq or not alive(inc) then
  return 0
end
redis.call('HDEL', P .. 'session:' .. inc, seq) -- first, as it takes no memory: see release.lua
take(name, inc, seq)
wake(name)
tell('key:' .. name)
tell('session:' .. inc)
return 1
