-- Regions of one level whose range overlaps the scope, so that whoever sees a village also sees the county around it. A second layer
-- holds their names, each at its one point.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), seen as materialized (
    select r.code, r.name, r.synthetic, r.label_m,
           st_asmvtgeom(st_simplify(r.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join region r on r.geom_m && tile.wide
    where upper_inf(r.validity)
      and r.level = array_position(array['province', 'prefecture', 'county', 'township', 'village'], %(layer)s::text)
      and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint
      and (%(grids)s::bigint[] is null
           or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no) where own.grid_no between r.lo and r.hi))
), drawn as (
    select code, name, synthetic, geom from seen
), label as (
    select code, name, st_asmvtgeom(label_m, tile.box, 4096, 0) as geom
    from seen, tile
    where st_x(label_m) >= st_xmin(tile.box) and st_x(label_m) < st_xmax(tile.box)
      and st_y(label_m) > st_ymin(tile.box) and st_y(label_m) <= st_ymax(tile.box)
)
select (select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') from drawn)
       || (select st_asmvt(label, %(layer)s::text || '_label', 4096, 'geom') from label) as tile
