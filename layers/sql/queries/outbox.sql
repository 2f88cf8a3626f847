-- What was changed since a moment. A moment is a snapshot: the set of transactions that were over by then, in which database (epoch).

-- name: now
select s.epoch, pg_current_snapshot()::text as snapshot from outbox_state s where s.epoch = outbox_epoch()

-- name: changes
-- One statement, so that the new moment and what it sees are one. ix_outbox_xid: what is older than the oldest transaction that ran at
-- that moment was seen in it. The first row is the new moment, with no table where nothing was changed.
-- with_grids: its transaction drew grids anew, and what it says of other rows is that they went to other grids.
select s.epoch, pg_current_snapshot()::text as snapshot,
       s.forgotten_xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)::text::bigint as forgotten,
       o.table_name, o.village, o.lo, o.hi, o.west, o.south, o.east, o.north, o.first_day, o.last_day, o.rows, o.ids,
       coalesce(bool_or(o.table_name = 'grid') over (partition by o.xid), false) as with_grids
from outbox_state s
left join lateral (
    select * from outbox one
    where one.xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)::text::bigint
      and not pg_visible_in_snapshot(one.xid::text::xid8, %(snapshot)s::pg_snapshot)
    order by one.id
    limit %(limit)s::int
) o on true
where s.epoch = outbox_epoch()
order by o.id

-- name: listen
listen wangge_outbox

-- name: forget
select forget_changes() as forgotten

-- name: begin_anew
-- Nobody goes on from before this moment: the database is not what it was.
update outbox_state set forgotten_xid = pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1

-- name: wake
-- Whoever follows looks at once.
select pg_notify('wangge_outbox', '')
