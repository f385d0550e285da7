-- A group's roster. ARGV: group, known revision or -1. Returns false if there is no such group, 0 if nothing has changed, or: revision,
-- then 0 and all members with their entries; or 1, the number of changes, the changes since, members of them with their entries.
@common@
local group = ARGV[1]
prune(group)
sweep()
local revision = redis.call('HGET', P .. 'groups', group)
if not revision then
  return false
end
if revision == ARGV[2] then
  return 0
end
-- The log is a chain. If it does not go on from what is known, it is too long ago, or the server has lost writes that somebody has seen, and
-- with them the knowledge of what to take back.
local changes = ARGV[2] == '-1' and {} or redis.call('ZRANGEBYSCORE', P .. 'log:' .. group, '(' .. ARGV[2], '+inf')
if not changes[1] or changes[1]:match('^%S+ (%S+)') ~= ARGV[2] then
  local all = redis.call('HGETALL', P .. 'group:' .. group)
  table.insert(all, 1, revision)
  table.insert(all, 2, 0)
  return all
end
local answer = { revision, 1, #changes }
local members, seen = {}, {}
for _, each in ipairs(changes) do
  answer[#answer + 1] = each
  local member = each:match('^%S+ %S+ . %S+ %S+ (.*)$')
  if not seen[member] then
    seen[member] = true
    members[#members + 1] = member
  end
end
for _, member in ipairs(members) do
  local entry = redis.call('HGET', P .. 'group:' .. group, member)
  if entry then
    answer[#answer + 1] = member
    answer[#answer + 1] = entry
  end
end
return answer
