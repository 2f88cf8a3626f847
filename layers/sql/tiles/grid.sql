-- Published grids in force, and their names (else the last digits of the number), each at its one point. `deviation` is the load against
-- the mean of the village's basic grids, less 1; `villages` are those whose grids the tile therefore depends on.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), village as materialized (
    select distinct g.grid_no / 1000 as no
    from tile
    join grid g on g.geom_m && tile.wide
    where upper_inf(g.validity)
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
), measured as (
    select village.no as village, g.*, avg(g.load) filter (where g.kind = 'basic') over (partition by village.no) as mean
    from village
    cross join lateral (
        select o.grid_no, o.kind, o.name, o.load, o.geom_m, o.label_m from grid o
        where upper_inf(o.validity) and o.grid_no between village.no * 1000 and village.no * 1000 + 999
    ) g
), seen as materialized (
    select lpad(m.grid_no::text, 15, '0') as grid_no, m.kind, m.name, m.load, lpad(m.village::text, 12, '0') as village,
           case when m.kind = 'basic' then round(m.load / nullif(m.mean, 0) - 1, 4)::float8 end as deviation,
           st_asmvtgeom(st_simplify(m.geom_m, tile.unit, true), tile.box, 4096, 64) as geom, m.label_m
    from measured m, tile
    where m.geom_m && tile.wide
      and m.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or m.grid_no = any(%(grids)s::bigint[]))
), drawn as (
    select grid_no, kind, name, load, village, deviation, geom from seen
), label as (
    select seen.grid_no, coalesce(seen.name, right(seen.grid_no, 3)) as name, st_asmvtgeom(seen.label_m, tile.box, 4096, 0) as geom
    from seen, tile
    where st_x(label_m) >= st_xmin(tile.box) and st_x(label_m) < st_xmax(tile.box)
      and st_y(label_m) > st_ymin(tile.box) and st_y(label_m) <= st_ymax(tile.box)
)
select (select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') from drawn)
       || (select st_asmvt(label, %(layer)s::text || '_label', 4096, 'geom') from label) as tile,
       array(select no from village) as villages
