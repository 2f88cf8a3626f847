-- Incidents counted by place, period and kind; days are days in Asia/Shanghai, [since, until).

-- name: incidents
-- By grid number, over the whole scope: ix_incident_grid_no_occurred_on alone answers it.
select i.grid_no, count(*) as n
from incident i
where i.grid_no between %(first)s::bigint and %(last)s::bigint
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
  and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
  and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s::text[]))
group by i.grid_no

-- name: steps
-- By day, week or month, over the same index; `apart`: by grid number too, for what must be hidden.
select case when %(apart)s::bool then i.grid_no else 0 end as grid_no,
       date_trunc(%(step)s::text, i.occurred_on::timestamp)::date as part, count(*) as n
from incident i
where i.grid_no between %(first)s::bigint and %(last)s::bigint
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
  and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
  and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s::text[]))
group by 1, 2

-- name: parts_by_kind
select case when %(apart)s::bool then i.grid_no else 0 end as grid_no, i.kind as part, count(*) as n
from incident i
where i.grid_no between %(first)s::bigint and %(last)s::bigint
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
  and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
group by 1, 2

-- name: persons
-- The people registered now, by grid number: all of them in one pass over ix_person_grid_no.
select p.grid_no, count(*) as n
from person p
where p.grid_no between %(first)s::bigint and %(last)s::bigint
  and p.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or p.grid_no = any(%(grids)s::bigint[]))
  and p.moved_out_on is null
group by p.grid_no

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
