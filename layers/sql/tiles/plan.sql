-- The grids of plans under way: drafts, and those in review. A list of grids has no plans: they are for whole villages.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), drawn as (
    select p.id::text as plan_id, p.status, p.village_code as village, g.seq, g.kind, g.name, g.load,
           st_asmvtgeom(st_simplify(g.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join plan_grid g on g.geom_m && tile.wide
    join plan p on p.id = g.plan_id and p.status in ('draft', 'in_review')
    where rpad(p.village_code, 15, '0')::bigint between %(lo)s::bigint and %(hi)s::bigint
      and %(grids)s::bigint[] is null
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
