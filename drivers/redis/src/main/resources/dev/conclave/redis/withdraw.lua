-- Ends an enrolment. ARGV: incarnation, sequence, group, member. Returns whether it was listed.
@common@
local lived = alive(ARGV[1])
local listed = unlist(ARGV[3], ARGV[4], ARGV[1], ARGV[2])
redis.call('HDEL', P .. 'session:' .. ARGV[1], 'e' .. ARGV[2])
announce()
return lived and listed and 1 or 0
