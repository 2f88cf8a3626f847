-- Lists as GeoJSON, and where a scope lies: what OGC API asks. In braces stands what layers/items/features.py puts in: names of
-- the catalog, and a query of layers/sql/items.

-- name: page
-- The features of a page in one text with commas between them, how many they are, the key of the last one that is told, and how many
-- bytes the one beyond the page takes: one row more is read than is told. Before a key stands the strip of a list that goes by strips. Made here, for that is a third of the time that rows take
-- on their way through Python. The rows come in order; offset 0 keeps a feature from being made once for each use.
select convert_to(coalesce(string_agg(one.feature, ','), ''), 'UTF8') as features,
       least(count(*), %(limit)s::int - 1) as count,
       (array_agg(one.key))[%(limit)s::int - 1] as last_key,
       (array_agg(octet_length(one.feature)))[%(limit)s::int] as beyond_bytes
from (
    select {next} as key,
           concat('{{"type":"Feature","id":', to_json(listed.{key}), ',"geometry":', coalesce({geometry}, 'null'),
                  ',"properties":{{', {properties}, '}}}}') as feature
    from ({listed}) listed
    offset 0
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
