-- What a list asks before it is read.

-- name: known
-- Whether there is such a region; with a moment, whether there ever was one: before it began its list is empty.
select 1 as known from region r
where r.code = %(region)s::text and (upper_inf(r.validity) or %(as_of)s::timestamptz is not null)
limit 1

-- name: numbers
-- The grid numbers that a window touches: grids in force, and regions for what is known no better. Behind a row-level policy
-- PostgreSQL may not use an index on geometry, while a list of numbers it may.
select array(
    select g.grid_no from grid g
    where upper_inf(g.validity) and g.geom_m && st_transform(%(window)s::geometry, 3857)
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
    union all
    select r.lo from region r
    where upper_inf(r.validity) and r.geom_m && st_transform(%(window)s::geometry, 3857)
      and r.lo between %(lo)s::bigint and %(hi)s::bigint
) as numbers
