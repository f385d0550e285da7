-- The names of all groups.
return redis.call('HKEYS', P .. 'groups')
