-- Notes that somebody watches a lock, so that all changes of locks are published from now on.
redis.call('HSET', C, '*', '1')
return 1
