-- Plans: what dividing needs of a village, and the drafts that come of it.

-- name: village
select code, name, geom from region
where code = %(code)s and level = 5 and upper_inf(validity) and lo between %(lo)s and %(hi)s

-- name: buildings
-- Each building of a village with its load: the households living in it, or those assumed where none is registered. After a
-- correction of boundaries some stand in the village and carry a neighbour's number still: no region but this one covers them.
with village as materialized (
    select r.lo, r.hi, r.geom from region r where r.code = %(code)s and upper_inf(r.validity)
), neighbour as materialized (
    select r.lo, r.hi, r.geom from village v
    join region r on r.level = 5 and upper_inf(r.validity) and r.lo <> v.lo and r.geom && v.geom
), here as (
    select b.id from building b where b.grid_no between %(lo)s and %(hi)s
    union all
    select b.id from village v cross join neighbour n join building b on b.grid_no between n.lo and n.hi
    where b.point && v.geom and st_covers(v.geom, b.point) and not st_covers(n.geom, b.point)
)
select b.id::text, coalesce(b.footprint, b.point) as geom,
       coalesce(nullif(count(k.id), 0), b.assumed_households)::int as load
from here join building b using (id)
left join house h on h.building_id = b.id
left join household k on k.house_id = h.id and k.moved_out_on is null
where b.point is not null and b.level in ('house', 'building', 'street', 'hamlet')
group by b.id
order by b.id

-- name: loose_houses
-- Houses that stand in no known building carry their households themselves.
with village as materialized (
    select r.lo, r.hi, r.geom from region r where r.code = %(code)s and upper_inf(r.validity)
), neighbour as materialized (
    select r.lo, r.hi, r.geom from village v
    join region r on r.level = 5 and upper_inf(r.validity) and r.lo <> v.lo and r.geom && v.geom
), here as (
    select h.id from house h where h.grid_no between %(lo)s and %(hi)s and h.building_id is null
    union all
    select h.id from village v cross join neighbour n join house h on h.grid_no between n.lo and n.hi
    where h.building_id is null and st_covers(v.geom, h.point) and not st_covers(n.geom, h.point)
)
select h.id::text, h.point as geom, count(k.id)::int as load
from here join house h using (id)
left join household k on k.house_id = h.id and k.moved_out_on is null
where h.point is not null and h.level in ('house', 'building', 'street', 'hamlet')
group by h.id
order by h.id

-- name: people
-- Households and persons by what carries them, as `buildings` and `loose_houses` name it.
with home as (
    select h.id, h.building_id::text as carrier from house h where h.building_id = any(%(ids)s::uuid[])
    union all
    select h.id, h.id::text from house h where h.building_id is null and h.id = any(%(ids)s::uuid[])
)
select home.carrier as id, count(*)::int as households, sum((
           select count(*) from person p where p.household_id = k.id and p.moved_out_on is null))::int as persons
from home join household k on k.house_id = home.id and k.moved_out_on is null
group by home.carrier

-- name: duties_on
select count(*)::int as n from duty where upper_inf(validity) and grid_no = any(%(numbers)s)

-- name: barriers
select b.geom, b.hard, b.cost from barrier b
join region r on r.code = %(code)s and upper_inf(r.validity) and b.geom && r.geom and st_intersects(b.geom, r.geom)
order by b.id

-- name: links
select l.geom from link l
join region r on r.code = %(code)s and upper_inf(r.validity) and l.geom && r.geom and st_intersects(l.geom, r.geom)
order by l.id

-- name: in_force
select grid_no, kind, name, load, geom from grid
where grid_no between %(lo)s and %(hi)s and upper_inf(validity) order by grid_no

-- name: used
select distinct (grid_no %% 1000)::int as number from grid where grid_no between %(lo)s and %(hi)s order by 1

-- name: plan_grids
select seq, kind, name, load, geom from plan_grid where plan_id = %(plan_id)s order by seq

-- name: villages_to_divide
-- The villages of a range that have a shape and, unless asked again, no plan of this target yet.
select r.code from region r
where r.level = 5 and r.lo between %(lo)s and %(hi)s and upper_inf(r.validity) and r.geom is not null
  and (%(again)s or not exists (
        select 1 from plan p where p.village_code = r.code and not p.stale and p.status <> 'retired'
           and p.target_load = %(load)s and p.band_low = %(low)s and p.band_high = %(high)s
           and p.tolerance = %(tolerance)s and p.k is not distinct from %(k)s))
order by r.code
