-- All of one grid for a phone without signal, in one statement: what is in it is of one moment.

-- name: pack
-- The state of a visit is told as in items/house.sql. Of neighbours the border and the name, for whoever sees their village;
-- `with_cases`: whether incidents may be opened. Nobody says of an incident that it is closed: those of the last 90 days are told.
with own as materialized (
    select g.grid_no, g.kind, g.name, g.load, g.geom, g.geom_m from grid g
    where upper_inf(g.validity) and g.grid_no = %(grid_no)s::bigint
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
), houses as (
    select h.id, h.rev, h.address, h.building_id, h.building_no, h.unit, h.floor, h.room, h.level, h.radius_m,
           case when h.level in ('house', 'building', 'street')
                then jsonb_build_array(st_x(h.point), st_y(h.point)) end as point,
           (select count(*) from household k where k.house_id = h.id and k.moved_out_on is null) as households,
           case when last.visited_at is null then 'never'
                when last.next_due_on < today.day then 'overdue'
                when last.next_due_on <= today.day + 7 or last.visited_at < now() - interval '90 days' then 'due'
                else 'done' end as visit_state,
           last.visited_at as last_visit_at, last.outcome as last_outcome, last.next_due_on
    from own
    join house h on h.grid_no = own.grid_no
    cross join (select (now() at time zone 'Asia/Shanghai')::date as day) today
    left join lateral (
        select v.visited_at, v.outcome, v.next_due_on from visit v
        where v.house_id = h.id
        order by v.visited_at desc, v.id desc
        limit 1
    ) last on true
), incidents as (
    select i.id, i.rev, i.kind, i.text, i.occurred_at, i.level, i.radius_m,
           case when i.level in ('house', 'building', 'street')
                then jsonb_build_array(st_x(i.point), st_y(i.point)) end as point
    from own
    join incident i on i.grid_no = own.grid_no
        and i.occurred_on > (now() at time zone 'Asia/Shanghai')::date - 90
    where %(with_cases)s::bool
), listed as (
    select 'facility' as register, f.id, f.kind, f.name, f.level, f.radius_m, f.point from own join facility f using (grid_no)
    union all
    select 'organisation', o.id, o.kind, o.name, o.level, o.radius_m, o.point from own join organisation o using (grid_no)
    union all
    select 'place', p.id, p.kind, p.name, p.level, p.radius_m, p.point from own join place p using (grid_no)
), things as (
    select l.register, l.id, l.kind, l.name, l.level, l.radius_m,
           case when l.level in ('house', 'building', 'street')
                then jsonb_build_array(st_x(l.point), st_y(l.point)) end as point
    from listed l
), neighbours as (
    select n.grid_no, n.name, n.kind, st_asgeojson(n.geom, 7)::jsonb as boundary
    from own
    join grid n on n.geom && own.geom and upper_inf(n.validity) and n.grid_no <> own.grid_no
        and st_intersects(n.geom, own.geom)
    where case when %(grids)s::bigint[] is null then n.grid_no between %(lo)s::bigint and %(hi)s::bigint
               else n.grid_no / 1000 = own.grid_no / 1000 end
), lines as (
    select 'barrier' as layer, b.id, b.kind, b.hard, b.name, st_asgeojson(b.geom, 7)::jsonb as geometry
    from own join barrier b on b.geom_m && own.geom_m and st_intersects(b.geom, own.geom)
    union all
    select 'link', l.id, l.kind, null, l.name, st_asgeojson(l.geom, 7)::jsonb
    from own join link l on l.geom_m && own.geom_m and st_intersects(l.geom, own.geom)
)
select own.grid_no, own.kind, own.name, own.load, st_asgeojson(own.geom, 7)::jsonb as boundary,
       jsonb_build_array(st_xmin(own.geom), st_ymin(own.geom), st_xmax(own.geom), st_ymax(own.geom)) as bbox,
       jsonb_build_array(st_xmin(own.geom_m), st_ymin(own.geom_m), st_xmax(own.geom_m), st_ymax(own.geom_m)) as box_m,
       (select r.name from region r where r.level = 5 and upper_inf(r.validity) and r.lo = own.grid_no / 1000 * 1000) as village_name,
       (select count(*) from household k where k.grid_no = own.grid_no and k.moved_out_on is null) as households,
       (select coalesce(jsonb_agg(to_jsonb(houses) order by houses.id), '[]') from houses) as houses,
       (select coalesce(jsonb_agg(to_jsonb(incidents) order by occurred_at desc, id), '[]') from incidents) as incidents,
       (select coalesce(jsonb_agg(to_jsonb(things) - 'register' order by id), '[]') from things
         where register = 'facility') as facilities,
       (select coalesce(jsonb_agg(to_jsonb(things) - 'register' order by id), '[]') from things
         where register = 'organisation') as organisations,
       (select coalesce(jsonb_agg(to_jsonb(things) - 'register' order by id), '[]') from things
         where register = 'place') as places,
       (select coalesce(jsonb_agg(to_jsonb(lines) - 'layer' order by id), '[]') from lines where layer = 'barrier') as barriers,
       (select coalesce(jsonb_agg(to_jsonb(lines) - 'layer' - 'hard' order by id), '[]') from lines
         where layer = 'link') as links,
       (select coalesce(jsonb_agg(jsonb_build_object('grid_no', lpad(grid_no::text, 15, '0'), 'kind', kind, 'name', name,
                                                     'boundary', boundary) order by grid_no), '[]') from neighbours) as neighbours,
       (select coalesce(jsonb_agg(jsonb_build_object('account_id', a.id, 'name', a.name) order by a.name, a.id), '[]')
        from duty d join account a on a.id = d.account_id
        where d.grid_no = own.grid_no and d.status = 'active' and d.validity @> now()) as holders
from own
