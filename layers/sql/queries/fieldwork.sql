-- What a field worker sees: own grids, and one house with its people and visits. The state of a visit is told as in items/house.sql.

-- name: grids
-- The grids in force of a scope, with their border and what there is to do. `due` are houses never visited, due or overdue.
with mine as materialized (
    select g.grid_no, g.kind, g.name, g.geom from grid g
    where upper_inf(g.validity) and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
)
select m.grid_no, m.kind, m.name, v.name as village_name, st_asgeojson(m.geom, 7) as boundary,
       st_xmin(m.geom) as west, st_ymin(m.geom) as south, st_xmax(m.geom) as east, st_ymax(m.geom) as north,
       (select count(*) from household k where k.grid_no = m.grid_no and k.moved_out_on is null) as households,
       work.houses, work.due
from mine m
left join region v on v.level = 5 and upper_inf(v.validity) and v.lo = m.grid_no / 1000 * 1000
cross join lateral (
    select count(*) as houses,
           count(*) filter (where last.visited_at is null or last.visited_at < now() - interval '90 days'
                               or last.next_due_on <= (now() at time zone 'Asia/Shanghai')::date + 7) as due
    from house h
    left join lateral (
        select x.visited_at, x.next_due_on from visit x
        where x.house_id = h.id
        order by x.visited_at desc, x.id desc
        limit 1
    ) last on true
    where h.grid_no = m.grid_no
) work
order by m.grid_no

-- name: state
-- Of one house: its last visit, and what that makes of it.
select case when last.visited_at is null then 'never'
            when last.next_due_on < today.day then 'overdue'
            when last.next_due_on <= today.day + 7 or last.visited_at < now() - interval '90 days' then 'due'
            else 'done' end as visit_state,
       last.visited_at as last_visit_at, last.outcome as last_outcome, last.next_due_on
from (select (now() at time zone 'Asia/Shanghai')::date as day) today
left join lateral (
    select v.visited_at, v.outcome, v.next_due_on from visit v
    where v.house_id = %(house_id)s::uuid
    order by v.visited_at desc, v.id desc
    limit 1
) last on true
