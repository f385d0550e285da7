-- Ends a session: ARGV is its incarnation.
@common@
finish(ARGV[1])
return 1
