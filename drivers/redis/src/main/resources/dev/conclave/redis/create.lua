-- Creates a group: ARGV is its name. Returns whether it was not there.
@common@
if redis.call('HEXISTS', P .. 'groups', ARGV[1]) == 1 then
  return 0
end
redis.call('HSET', P .. 'groups', ARGV[1], number())
tell('group:' .. ARGV[1])
tell('groups')
return 1
