-- Of names who holds them and how many wait. ARGV: a name and 'one', or 'watched' by the one who asks, or a
-- kind of them (one letter) and 'all'. Returns for each name held or
-- waited for: name, waiters, number of holders, and of each holder: id, shared, token, since, payload, member, milliseconds left.
@common@
local names
if ARGV[2] == 'all' then
  names = {}
  for _, name in ipairs(redis.call('HKEYS', C)) do
    if name:sub(1, 1) == ARGV[1] then
      names[#names + 1] = name
    end
  end
else
  names = { ARGV[1] }
  if ARGV[2] == 'watched' and ARGV[1]:byte() == 76 then
    redis.call('HSETNX', C, '*', '1') -- from now on all changes of locks are published
  end
end
local answer = {}
local function add(value)
  answer[#answer + 1] = value
end
local function holder(inc, seq, shared, token, since, payload)
  local member = alive(inc) and redis.call('HGET', P .. 'session:' .. inc, 'm')
  if not member then
    return 0
  end
  add(inc)
  add(seq)
  add(shared)
  add(token)
  add(since)
  add(payload)
  add(member)
  add(string.format('%.0f', math.ceil((alive(inc) - now) / 1000)))
  return 1
end
for _, name in ipairs(names) do
  local waiters = 0
  queued(name, function()
    waiters = waiters + 1
  end)
  local kind = holding(name)
  local start = #answer
  add(name)
  add(waiters)
  add(0)
  local count = 0
  if kind == 'x' then
    local inc, seq, token, since, payload =
      redis.call('HGET', C, name):match('^.(%S+) (%S+) (%S+) (%S+) (.*)$')
    count = holder(inc, seq, 0, token, since, payload)
  elseif kind == 's' then
    local all = redis.call('HGETALL', P .. 'holders:' .. name)
    for i = 1, #all, 2 do
      local inc, seq = all[i]:match('^(%S+) (%S+)$')
      local token, since, payload = all[i + 1]:match('^(%S+) (%S+) (.*)$')
      count = count + holder(inc, seq, 1, token, since, payload)
    end
  end
  answer[start + 3] = count
  if count + waiters == 0 then
    for i = #answer, start + 1, -1 do
      answer[i] = nil
    end
    wake(name)
  end
end
return answer
