-- Of all scripts the beginning. KEYS[1] is what all keys of the namespace begin with, and never a key itself: so a cluster that moves
-- the slot elsewhere refuses the script until all keys have arrived, and no script ever meets one half of them.
local P = KEYS[1]
local C, S = P .. 'claims', P .. 'sessions'
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
