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

-- name: strips
-- The rows of a table in the strips of a window (layers/models/base.py), column after column: the page ends the search, and the page
-- after it begins where that ended. OFFSET 0 keeps each column one range of the index. In braces stands what layers/items/read.py
-- puts in.
(select columns.no from generate_series(greatest(%(west)s::bigint, %(after_strip)s::bigint >> 31), %(east)s::bigint) as columns (no)
     order by columns.no) as strips
    cross join lateral (
        select found.*
        from {table} found
        where found.strip between greatest((strips.no << 31) + %(south)s::bigint, %(after_strip)s::bigint)
                              and (strips.no << 31) + %(north)s::bigint
          and found.grid_no between %(lo)s::bigint and %(hi)s::bigint
          and found.grid_no between %(first)s::bigint and %(last)s::bigint
        offset 0
    ) {alias}
    cross join lateral (select strips.no, {alias}.strip) place
