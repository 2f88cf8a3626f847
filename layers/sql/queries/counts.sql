-- Incidents counted by place, period and kind, from the roll-ups: whole months from {month}, the days at both ends from {day}. They are those
-- by grid, or those by county where no smaller place is asked for. Months, days and kinds come one by one: each is one stretch of the key.

-- name: incidents
-- By number for place.
select c.grid_no, sum(c.n)::bigint as n
from (select m.grid_no, m.n from {month} m
      where m.begins_on = any(%(months)s::date[])
        and m.kind = any(coalesce(%(kinds)s::text[], array(select k.code from incident_kind k)))
        and m.grid_no between %(first)s::bigint and %(last)s::bigint and m.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or m.grid_no = any(%(grids)s::bigint[]))
      union all
      select d.grid_no, d.n from {day} d
      where d.begins_on = any(%(days)s::date[])
        and d.kind = any(coalesce(%(kinds)s::text[], array(select k.code from incident_kind k)))
        and d.grid_no between %(first)s::bigint and %(last)s::bigint and d.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or d.grid_no = any(%(grids)s::bigint[]))) c
group by c.grid_no having sum(c.n) <> 0

-- name: incidents_of_month
-- The same where the period is one month and of one kind: one stretch of the key. The parts of the counts as they are, in one row:
-- to add them up here and to send 3,000 rows is a third of the time.
select coalesce(array_agg(m.grid_no), '{{}}') as numbers, coalesce(array_agg(m.n), '{{}}') as parts
from {month} m
where m.begins_on = (%(months)s::date[])[1] and m.kind = (%(kinds)s::text[])[1]
  and m.grid_no between %(first)s::bigint and %(last)s::bigint and m.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or m.grid_no = any(%(grids)s::bigint[]))

-- name: steps
-- By day, week or month; `apart`: by number for place too, for what must be hidden.
select case when %(apart)s::bool then c.grid_no else 0 end as grid_no,
       date_trunc(%(step)s::text, c.begins_on::timestamp)::date as part, sum(c.n)::bigint as n
from (select m.grid_no, m.begins_on, m.n from {month} m
      where m.begins_on = any(%(months)s::date[])
        and m.kind = any(coalesce(%(kinds)s::text[], array(select k.code from incident_kind k)))
        and m.grid_no between %(first)s::bigint and %(last)s::bigint and m.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or m.grid_no = any(%(grids)s::bigint[]))
      union all
      select d.grid_no, d.begins_on, d.n from {day} d
      where d.begins_on = any(%(days)s::date[])
        and d.kind = any(coalesce(%(kinds)s::text[], array(select k.code from incident_kind k)))
        and d.grid_no between %(first)s::bigint and %(last)s::bigint and d.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or d.grid_no = any(%(grids)s::bigint[]))) c
group by 1, 2 having sum(c.n) <> 0

-- name: last_day
-- The last day before %(until)s with an incident, of two years; none where there was none. Day by day backwards, and no further than needed.
with recursive back (day, n) as (
    select %(until)s::date, 0::bigint
    union all
    select b.day - 1, (select coalesce(sum(c.n), 0) from {day} c
                       where c.begins_on = b.day - 1 and c.kind = any(array(select k.code from incident_kind k))
                         and c.grid_no between %(lo)s::bigint and %(hi)s::bigint
                         and (%(grids)s::bigint[] is null or c.grid_no = any(%(grids)s::bigint[])))
    from back b
    where b.n = 0 and b.day > %(until)s::date - 731)
select day from back where n > 0

-- name: parts_by_kind
select case when %(apart)s::bool then c.grid_no else 0 end as grid_no, c.kind as part, sum(c.n)::bigint as n
from (select m.grid_no, m.kind, m.n from {month} m
      where m.begins_on = any(%(months)s::date[]) and m.kind = any(array(select k.code from incident_kind k))
        and m.grid_no between %(first)s::bigint and %(last)s::bigint and m.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or m.grid_no = any(%(grids)s::bigint[]))
      union all
      select d.grid_no, d.kind, d.n from {day} d
      where d.begins_on = any(%(days)s::date[]) and d.kind = any(array(select k.code from incident_kind k))
        and d.grid_no between %(first)s::bigint and %(last)s::bigint and d.grid_no between %(lo)s::bigint and %(hi)s::bigint
        and (%(grids)s::bigint[] is null or d.grid_no = any(%(grids)s::bigint[]))) c
group by 1, 2 having sum(c.n) <> 0

-- name: cube
-- By grid, day and kind, in that order; `limit` rows and one more, which tells that there are too many.
select d.grid_no, d.begins_on as day, d.kind, sum(d.n)::bigint as n from {day} d
where d.begins_on = any(%(days)s::date[])
  and d.kind = any(coalesce(%(kinds)s::text[], array(select k.code from incident_kind k)))
  and d.grid_no between %(first)s::bigint and %(last)s::bigint and d.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or d.grid_no = any(%(grids)s::bigint[]))
group by d.grid_no, d.begins_on, d.kind having sum(d.n) <> 0
order by d.grid_no, d.begins_on, d.kind
limit %(limit)s::int + 1

-- name: persons
-- The people registered now, by number for place.
select c.grid_no, sum(c.n)::bigint as n
from register_count c
where c.register = 'person' and c.grid_no between %(first)s::bigint and %(last)s::bigint
  and c.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or c.grid_no = any(%(grids)s::bigint[]))
group by c.grid_no having sum(c.n) <> 0

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

-- name: shapes
-- The shapes of some grids in force, to see which are neighbours.
select g.grid_no, st_asbinary(g.geom) as shape from grid g
where upper_inf(g.validity) and g.grid_no = any(%(numbers)s::bigint[])
  and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
order by g.grid_no

-- name: versions
-- The grids in force of a range, each with its version.
select g.grid_no, g.id, g.name from grid g
where upper_inf(g.validity) and g.grid_no between %(first)s::bigint and %(last)s::bigint
  and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
order by g.grid_no
