-- Incidents by the cells of a fixed lattice; see heat/lattice.py for what a cell is. Positions are whole numbers of 1e-7 degrees.

-- name: places
-- The numbers under which incidents in a box can be filed: its grids, and its regions for what is in no grid. Asked first, since
-- behind a row-level policy no index on geometry is used. What is compared at last are the numbers that `place_boxes` gives too.
select g.grid_no from grid g
where upper_inf(g.validity) and g.geom && st_makeenvelope(%(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326)
  and st_xmin(g.geom) <= %(east)s::float8 and st_xmax(g.geom) >= %(west)s::float8
  and st_ymin(g.geom) <= %(north)s::float8 and st_ymax(g.geom) >= %(south)s::float8
  and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
  and g.grid_no between %(first)s::bigint and %(last)s::bigint
union all
select r.lo from region r
where upper_inf(r.validity) and r.geom && st_makeenvelope(%(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326)
  and st_xmin(r.geom) <= %(east)s::float8 and st_xmax(r.geom) >= %(west)s::float8
  and st_ymin(r.geom) <= %(north)s::float8 and st_ymax(r.geom) >= %(south)s::float8
  and r.lo between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or r.lo = any(%(grids)s::bigint[]))
  and r.lo between %(first)s::bigint and %(last)s::bigint

-- name: cells
-- Incidents known less exactly than their street, and those that wait for review, come as one row without a cell.
with waiting as materialized (
    select v.row_id from review v
    where v.status = 'open' and v.register = 'incident' and v.grid_no = any(%(numbers)s::bigint[])
), asked as (
    select i.point is not null and i.level in ('house', 'building', 'street')
               and i.id not in (select row_id from waiting) as is_located,
           round(st_x(i.point) * 1e7)::bigint as lon, round(st_y(i.point) * 1e7)::bigint as lat
    from incident i
    where i.grid_no = any(%(numbers)s::bigint[])
      and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
      and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s::text[]))
), based as (
    select case when is_located then floor(lat / %(base_row)s::float8)::bigint end as row, lon
    from asked
    where not is_located or (lon >= %(west_units)s::bigint and lon < %(east_units)s::bigint
                             and lat >= %(south_units)s::bigint and lat < %(north_units)s::bigint)
)
select row >> %(step)s::int as row,
       floor(lon / (%(widths)s::bigint[])[(row >> 9) - %(first_band)s::bigint + 1]::float8)::bigint >> %(step)s::int as col,
       count(*) as n
from based
group by 1, 2
order by 1, 2

-- name: points
-- The same incidents one by one, as the store in memory holds them: positions then
-- are rounded down to 32 units, so what lies a little beyond may come in.
select is_located, lon, lat, day, kind
from (
    select i.point is not null and i.level in ('house', 'building', 'street')
               and not exists (select 1 from review v where v.row_id = i.id and v.status = 'open' and v.register = 'incident') as is_located,
           round(st_x(i.point) * 1e7)::bigint as lon, round(st_y(i.point) * 1e7)::bigint as lat,
           i.occurred_on - date '2000-01-01' as day, i.kind
    from incident i
    where i.grid_no = any(%(numbers)s::bigint[])
      and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
      and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s::text[]))
) asked
where not is_located or (lon >= %(west_units)s::bigint and lon < %(east_units)s::bigint + 32
                         and lat >= %(south_units)s::bigint and lat < %(north_units)s::bigint + 32)

-- name: stored
-- All incidents for the store in memory, in records of one length: what is not known is 0.
copy (
    select (i.point is not null and i.level in ('house', 'building', 'street')
               and not exists (select 1 from review v where v.row_id = i.id and v.status = 'open' and v.register = 'incident'))::int4,
           coalesce(round(st_x(i.point) * 1e7), 0)::int4, coalesce(round(st_y(i.point) * 1e7), 0)::int4,
           i.occurred_on - date '2000-01-01', coalesce(array_position(%(codes)s::text[], i.kind), 0), i.grid_no
    from incident i
) to stdout (format binary)

-- name: stored_again
-- The same of some ranges of numbers and days that do not overlap.
copy (
    select (i.point is not null and i.level in ('house', 'building', 'street')
               and not exists (select 1 from review v where v.row_id = i.id and v.status = 'open' and v.register = 'incident'))::int4,
           coalesce(round(st_x(i.point) * 1e7), 0)::int4, coalesce(round(st_y(i.point) * 1e7), 0)::int4,
           i.occurred_on - date '2000-01-01', coalesce(array_position(%(codes)s::text[], i.kind), 0), i.grid_no
    from unnest(%(los)s::bigint[], %(his)s::bigint[], %(first_days)s::int[], %(last_days)s::int[]) as s (lo, hi, first_day, last_day)
    join incident i on i.grid_no between s.lo and s.hi
        and i.occurred_on between date '2000-01-01' + s.first_day and date '2000-01-01' + s.last_day
) to stdout (format binary)

-- name: place_boxes
-- The boxes of the places that incidents of these numbers can be filed under.
select g.grid_no, st_xmin(g.geom), st_ymin(g.geom), st_xmax(g.geom), st_ymax(g.geom)
from grid g where upper_inf(g.validity) and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
union all
select r.lo, st_xmin(r.geom), st_ymin(r.geom), st_xmax(r.geom), st_ymax(r.geom)
from region r where upper_inf(r.validity) and r.geom is not null and r.lo between %(lo)s::bigint and %(hi)s::bigint

-- name: kind_codes
select code from incident_kind order by code

-- name: reviewed
-- Where incidents are filed, by their ids.
select grid_no, occurred_on - date '2000-01-01' from incident where id = any(%(ids)s::uuid[])

-- name: region_box
-- The box of a region, or of the largest regions below it that have a shape.
select min(st_xmin(geom)) as west, min(st_ymin(geom)) as south, max(st_xmax(geom)) as east, max(st_ymax(geom)) as north
from region
where upper_inf(validity) and geom is not null and lo between %(first)s::bigint and %(last)s::bigint
  and level = (select min(level) from region
               where upper_inf(validity) and geom is not null and lo between %(first)s::bigint and %(last)s::bigint)

-- name: subject
-- A region's name, the names of kinds, and whether any region in it is made for demonstration.
select r.name, kind.kinds_zh, kind.kinds_en,
       exists (select from region s where upper_inf(s.validity) and s.synthetic
                 and s.lo between %(first)s::bigint and %(last)s::bigint) as synthetic
from region r
cross join (select array_agg(name_zh order by sort, code) as kinds_zh, array_agg(name_en order by sort, code) as kinds_en
            from incident_kind where code = any(%(kinds)s::text[])) kind
where upper_inf(r.validity) and r.code = %(code)s

-- name: borders
-- A region and those right below it, the region itself first; thinned to what a picture can show.
select code = %(code)s as is_own, st_asbinary(st_simplify(geom, %(tolerance)s::float8, true)) as shape
from region
where upper_inf(validity) and (code = %(code)s or parent_code = %(code)s)
order by level, code
