-- Lists as GeoJSON, and where a scope lies: what OGC API asks. In braces stands what layers/items/features.py puts in: names of
-- the catalog, and a query of layers/sql/items.

-- name: page
-- The features of a page in one text with commas between them, how many they are, the last one's key, and whether more follow.
-- Made here, for that is a third of the time that rows take on their way through Python. One row more is read than is told.
select coalesce(string_agg(one.feature, ',' order by one.n) filter (where one.n < %(limit)s::int), '') as features,
       least(count(*), %(limit)s::int - 1) as count,
       max(one.key) filter (where one.n = %(limit)s::int - 1) as last_key,
       count(*) = %(limit)s::int as more
from (
    select row_number() over () as n, listed.{key} as key,
           '{{"type":"Feature","id":' || to_json(listed.{key})::text
               || ',"geometry":' || coalesce(st_asgeojson({shape}, %(digits)s::int, 0), 'null')
               || ',"properties":' || (select row_to_json(told)::text from (select {properties}) told) || '}}' as feature
    from ({listed}) listed
) one

-- name: extent
-- The box of a scope in degrees: that of the deepest region with a shape that holds all of it, else that around its villages;
-- no row where neither has a shape.
select st_xmin(around.box) as west, st_ymin(around.box) as south, st_xmax(around.box) as east, st_ymax(around.box) as north
from (
    select coalesce(
        (select box2d(r.geom) from region r
          where r.code = any(%(codes)s::text[]) and upper_inf(r.validity) and r.geom is not null
          order by r.level desc limit 1),
        (select st_extent(r.geom) from region r
          where r.level = 5 and upper_inf(r.validity) and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint)) as box
) around
where around.box is not null
