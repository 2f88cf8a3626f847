-- Incidents counted by place, period and kind; days are days in Asia/Shanghai, [since, until).

-- name: incidents
-- By grid number, over the whole scope: ix_incident_grid_no_occurred_on alone answers it.
select i.grid_no, count(*) as n
from incident i
where i.grid_no between %(first)s::bigint and %(last)s::bigint
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
  and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
  and (%(kind)s::text is null or i.kind = %(kind)s::text)
group by i.grid_no

-- name: regions
-- The regions of some levels in a range; of a scope inside a region, that region too.
select r.code, r.name from region r
where upper_inf(r.validity) and r.level between %(highest)s::int and %(lowest)s::int
  and r.hi >= greatest(%(first)s::bigint, %(lo)s::bigint) and r.lo <= least(%(last)s::bigint, %(hi)s::bigint)
  and (%(grids)s::bigint[] is null
       or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no) where own.grid_no between r.lo and r.hi))
order by r.code

-- name: grids
select g.grid_no, g.name from grid g
where upper_inf(g.validity) and g.grid_no between %(first)s::bigint and %(last)s::bigint
  and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
order by g.grid_no
