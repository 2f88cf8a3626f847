-- Buildings; from zoom 15 with the households living in each, or those assumed where none is registered.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), drawn as (
    select case when %(z)s::int >= 15 then b.id::text end as id,
           case when %(z)s::int >= 15 then coalesce(nullif(living.households, 0), b.assumed_households)::int end as households,
           lpad(b.grid_no::text, 15, '0') as grid_no,
           st_asmvtgeom(st_simplify(b.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join building b on b.geom_m && tile.wide
    left join lateral (
        select count(*) as households
        from house h
        join household k on k.house_id = h.id and k.moved_out_on is null
        where h.building_id = b.id and %(z)s::int >= 15
    ) living on true
    where b.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or b.grid_no = any(%(grids)s::bigint[]))
      and (b.level in ('house', 'building', 'street') or b.footprint is not null)
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
