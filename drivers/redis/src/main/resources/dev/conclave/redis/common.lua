-- What the scripts share. All keys of a namespace:
--   sessions      sorted set: incarnation -> deadline in microseconds
--   session:INC   hash: m -> member, t -> time-to-live in milliseconds, SEQUENCE -> the name that it claims, eSEQUENCE -> the group
--   claims        hash: name -> who holds it; # -> the last token or revision that was given out;
--                 * -> present if ever anybody watched a lock: without it, taking and leaving one that nobody waits for is not published
--                 Xid token since payload    held by one, and nobody waits   (id is: incarnation, space, sequence)
--                 Wid token since payload    held by one, and others wait
--                 S                          held by those in holders:NAME
--                 F                          held by nobody, and others wait
--   holders:NAME  hash: id -> token since payload, of those who share it
--   queue:NAME    sorted set: x id (wants it alone) or s id (shares it) -> when it came
--   groups        hash: group -> its revision
--   group:NAME    hash: member -> incarnation sequence edition joined updated capabilities
--   log:NAME      sorted set: revision previous + or - incarnation sequence member -> revision
local living = {}

local function alive(inc)
  local known = living[inc]
  if known == nil then
    local deadline = redis.call('ZSCORE', S, inc)
    known = deadline and tonumber(deadline) > now and tonumber(deadline) or false
    living[inc] = known
  end
  return known
end

local function tell(channel, message)
  redis.call('PUBLISH', P .. channel, message or '')
end

-- A number that was never given out before, also by a server that has forgotten everything.
local function number()
  local text = string.format('%.0f', math.max((redis.call('HGET', C, '#') or 0) + 1, now))
  redis.call('HSET', C, '#', text)
  return text
end

-- How a name is held ('x' or 's') and by whom, after those whose sessions are over have been dropped; nil if by nobody.
local function holding(name)
  local held = redis.call('HGET', C, name)
  local kind = held and held:sub(1, 1)
  if not held or kind == 'F' then
    return nil
  end
  if kind == 'S' then
    -- Some at a time: there may be thousands, and mostly the first one lives.
    local cursor = '0'
    repeat
      local part = redis.call('HSCAN', P .. 'holders:' .. name, cursor, 'COUNT', 16)
      cursor = part[1]
      for i = 1, #part[2], 2 do
        local id = part[2][i]
        local inc = id:match('^%S+')
        if alive(inc) then
          return 's', inc
        end
        redis.call('HDEL', P .. 'holders:' .. name, id)
      end
    until cursor == '0'
  else
    local inc = held:match('^.(%S+)')
    if alive(inc) then
      return 'x', inc
    end
  end
  redis.call('HDEL', C, name) -- first, as it takes no memory: a server that has none left refuses only the first write of a script
  redis.call('HSET', C, name, 'F')
  tell('key:' .. name)
  return nil
end

-- Calls visit(mode, inc, seq, request) for the live requests that wait for a name, in their order, until it returns true.
local function queued(name, visit)
  local queue = P .. 'queue:' .. name
  local passed = 0
  while true do
    local some = redis.call('ZRANGE', queue, passed, passed + 15)
    if #some == 0 then
      return
    end
    for _, request in ipairs(some) do
      local mode, inc, seq = request:match('^(.) (%S+) (%S+)$')
      if not alive(inc) then
        redis.call('ZREM', queue, request)
      elseif visit(mode, inc, seq, request) then
        return
      else
        passed = passed + 1
      end
    end
  end
end

-- Tells those whose turn it is, after somebody has gone; forgets a name that nobody wants.
local function wake(name)
  local kind = holding(name)
  if kind == 'x' then
    return
  end
  local first = true
  queued(name, function(mode, inc, seq)
    if mode == 's' or (first and not kind) then
      tell('session:' .. inc, seq)
    end
    first = false
    return mode == 'x'
  end)
  if not kind then
    if first then
      redis.call('HDEL', C, name)
    else
      redis.call('HSET', C, name, 'F')
    end
  end
end

-- Takes a claim or a request away; returns 1 if it was held, 2 if it waited, 0 if there was none. wake() is to follow.
local function take(name, inc, seq)
  local id = inc .. ' ' .. seq
  local held = redis.call('HGET', C, name)
  if not held then
    return 0
  end
  if held:sub(2, #id + 2) == id .. ' ' then
    redis.call('HSET', C, name, 'F')
    return 1
  end
  if held == 'S' and redis.call('HDEL', P .. 'holders:' .. name, id) == 1 then
    if redis.call('EXISTS', P .. 'holders:' .. name) == 0 then
      redis.call('HSET', C, name, 'F')
    end
    return 1
  end
  return 2 * redis.call('ZREM', P .. 'queue:' .. name, 'x ' .. id, 's ' .. id)
end

-- The groups that have changed and whose watchers are to be told.
local changed = {}

-- Tells those who watch groups that have changed: once, however many members have come and gone.
local function announce()
  for group in pairs(changed) do
    tell('group:' .. group)
    changed[group] = nil
  end
end

-- Notes a change of a group's roster. announce() is to follow.
local function change(group, sign, inc, seq, member)
  local previous = redis.call('HGET', P .. 'groups', group) or '0'
  local revision = number()
  redis.call('HSET', P .. 'groups', group, revision)
  local log = P .. 'log:' .. group
  redis.call('ZADD', log, revision, table.concat({ revision, previous, sign, inc, seq, member }, ' '))
  redis.call('ZREMRANGEBYRANK', log, 0, -1025)
  changed[group] = true
end

-- Takes a member off a roster; returns whether it was listed by this very enrolment. announce() is to follow.
local function unlist(group, member, inc, seq)
  local id = inc .. ' ' .. seq .. ' '
  local entry = redis.call('HGET', P .. 'group:' .. group, member)
  if not entry or entry:sub(1, #id) ~= id then
    return false
  end
  redis.call('HDEL', P .. 'group:' .. group, member)
  change(group, '-', inc, seq, member)
  return true
end

-- Some fields of a hash and their values: so many, or a few more.
local function some(hash, most)
  local found, cursor = {}, '0'
  repeat
    local part = redis.call('HSCAN', hash, cursor, 'COUNT', most)
    cursor = part[1]
    for _, each in ipairs(part[2]) do
      found[#found + 1] = each
    end
  until cursor == '0' or #found >= 2 * most
  return found
end

-- Ends a session and all that hangs on it, or of one whose time is over as much as is said: the rest of it is found again among the sessions.
-- Takes all before it wakes anybody. Returns how much it was.
local function finish(inc, most)
  living[inc] = false
  local session = P .. 'session:' .. inc
  local member = redis.call('HGET', session, 'm')
  local index
  if most and redis.call('HLEN', session) > most + 2 then
    index = some(session, most)
    for i = 1, #index, 2 do
      if index[i] ~= 'm' and index[i] ~= 't' then
        redis.call('HDEL', session, index[i])
      end
    end
  else
    index = redis.call('HGETALL', session)
    redis.call('ZREM', S, inc)
    redis.call('DEL', session)
  end
  local touched = {}
  for i = 1, #index, 2 do
    local key, value = index[i], index[i + 1]
    if key:sub(1, 1) == 'e' then
      unlist(value, member, inc, key:sub(2))
    elseif key ~= 'm' and key ~= 't' then
      touched[value] = math.max(touched[value] or 0, take(value, inc, key) == 1 and 1 or 0)
    end
  end
  for name, held in pairs(touched) do
    wake(name)
    if held == 1 then
      tell('key:' .. name)
    end
  end
  tell('session:' .. inc)
  announce()
  return #index / 2 + 1
end

-- At most so many of the sessions whose time is over, or all with -1.
local function over(most)
  return redis.call('ZRANGEBYSCORE', S, '-inf', string.format('%.0f', now), 'LIMIT', 0, most)
end

-- Ends sessions whose time is over: no more at a time than takes some milliseconds, lest those who live miss their renewals for it.
local function sweep()
  local left = 2000
  for _, inc in ipairs(over(100)) do
    left = left - finish(inc, left)
    if left < 1 then
      return
    end
  end
end

-- Takes all those off a roster whose sessions are over, whatever else of these is still to be cleared away.
local function prune(group)
  for _, inc in ipairs(over(-1)) do
    local member = redis.call('HGET', P .. 'session:' .. inc, 'm')
    local entry = member and redis.call('HGET', P .. 'group:' .. group, member)
    local of, seq = string.match(entry or '', '^(%S+) (%S+)')
    if of == inc then
      unlist(group, member, inc, seq)
      redis.call('HDEL', P .. 'session:' .. inc, 'e' .. seq)
    end
  end
  announce()
end
