-- Deletes a group that has no members: ARGV is its name. Returns 1, or 0 if there is none, or 2 if it has members.
@common@
local group = ARGV[1]
prune(group)
sweep()
if redis.call('HEXISTS', P .. 'groups', group) == 0 then
  return 0
end
if redis.call('EXISTS', P .. 'group:' .. group) == 1 then
  return 2
end
redis.call('HDEL', P .. 'groups', group)
redis.call('DEL', P .. 'log:' .. group)
tell('group:' .. group)
tell('groups')
return 1
