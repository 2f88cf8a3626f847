-- Incidents by the cells of a fixed lattice; see heat.py for what a cell is.

-- name: place_numbers
-- The numbers under which incidents in a box can be filed: its grids, and its regions for what is in no grid. Asked first, since
-- behind a row-level policy no index on geometry is used.
select g.grid_no from grid g
where upper_inf(g.validity) and g.geom && st_makeenvelope(%(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326)
  and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
union all
select r.lo from region r
where upper_inf(r.validity) and r.geom && st_makeenvelope(%(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326)
  and r.lo between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or r.lo = any(%(grids)s::bigint[]))

-- name: cells
-- Row and column count cells from latitude 0 and longitude 0. A cell's width in degrees belongs to its block of rows, so that it never
-- changes inside a block. Incidents known less exactly than their street, and those that wait for review, come as one
-- row without a cell.
with waiting as materialized (
    select v.row_id from review v
    where v.status = 'open' and v.register = 'incident' and v.grid_no = any(%(numbers)s::bigint[])
), located as (
    select case when i.level in ('house', 'building', 'street') and i.id not in (select row_id from waiting)
                then floor(st_y(i.point) / %(height)s::float8)::bigint end as row,
           st_x(i.point) as lon
    from incident i
    where i.grid_no = any(%(numbers)s::bigint[])
      and i.occurred_on >= %(since)s::date and i.occurred_on < %(until)s::date
      and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s::text[]))
      and (i.level not in ('house', 'building', 'street') or i.id in (select row_id from waiting)
           or (st_x(i.point) >= %(west)s::float8 and st_x(i.point) < %(east)s::float8
               and st_y(i.point) >= %(south)s::float8 and st_y(i.point) < %(north)s::float8))
)
select row, floor(lon / (%(height)s::float8
           / cos(radians((floor(row::float8 / %(block)s::int) + 0.5) * %(block)s::int * %(height)s::float8))))::bigint as col,
       count(*) as n
from located
group by 1, 2
order by 1, 2
