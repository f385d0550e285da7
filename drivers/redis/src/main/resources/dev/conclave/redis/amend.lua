-- Replaces capabilities. ARGV: incarnation, sequence, group, member, edition, capabilities. Returns whether the enrolment is listed.
@common@
local inc, seq, group, member = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local entry = alive(inc) and redis.call('HGET', P .. 'group:' .. group, member)
local of, sequence, edition, joined = string.match(entry or '', '^(%S+) (%S+) (%S+) (%S+)')
if of ~= inc or sequence ~= seq then
  return 0
end
if tonumber(ARGV[5]) > tonumber(edition) then
  local at = string.format('%.0f', now / 1000)
  local amended = table.concat({ inc, seq, ARGV[5], joined, at, ARGV[6] }, ' ')
  redis.call('HSET', P .. 'group:' .. group, member, amended)
  change(group, '+', inc, seq, member)
end
announce()
return 1
