-- name: bulk
-- An import holds this alone.
select pg_advisory_xact_lock(%(bulk)s)

-- name: village_shared
-- Many may write single rows into one village at a time; no import runs and the village is not published meanwhile.
select pg_advisory_xact_lock_shared(%(bulk)s), pg_advisory_xact_lock_shared(%(village)s)

-- name: address
-- One at a time looks whether this address is registered, and registers it.
select pg_advisory_xact_lock(hashtextextended(%(address)s, %(village)s))

-- name: village
-- One publishes the village; no import runs and nobody writes into it meanwhile.
select pg_advisory_xact_lock_shared(%(bulk)s), pg_advisory_xact_lock(%(village)s)
