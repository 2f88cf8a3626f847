-- Incidents known to street level or better that do not wait for review. They are found as houses are (house.sql); whether one
-- waits is looked up once for all of them: the entries of the queue stand in the grids of their rows.
with tile as materialized (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           floor((degrees(atan(sinh(pi() * (1 - 2 * (%(y)s::int + 1.015625) / 2 ^ %(z)s::int)))) + 90) * 10000000)::bigint as south,
           floor((degrees(atan(sinh(pi() * (1 - 2 * (%(y)s::int - 0.015625) / 2 ^ %(z)s::int)))) + 90) * 10000000)::bigint as north
), found as materialized (
    select p.*
    from tile
    cross join unnest(array(
        select generate_series((%(x)s::bigint << (19 - %(z)s::int)) - 1, (%(x)s::bigint + 1) << (19 - %(z)s::int)))) as s (no)
    cross join lateral (
        select i.id, i.grid_no, i.kind, i.occurred_on, i.geom_m
        from incident i
        where i.strip between (s.no << 31) + tile.south and (s.no << 31) + tile.north
          and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
          and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
        offset 0
    ) p
), drawn as (
    select case when %(z)s::int >= 15 then f.id::text end as id, f.kind, f.occurred_on::text as occurred_on,
           st_asmvtgeom(f.geom_m, (select box from tile), 4096, 64) as geom
    from found f
    where f.id not in (select v.row_id from review v
                       where v.status = 'open' and v.grid_no = any(array(select distinct o.grid_no from found o)))
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
