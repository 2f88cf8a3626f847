-- Plans: what dividing needs of a village, and the drafts that come of it.

-- name: village
select code, name, geom from region
where code = %(code)s and level = 5 and upper_inf(validity) and lo between %(lo)s and %(hi)s

-- name: buildings
-- Each building of a village with its load: the households living in it, or those assumed where none is registered.
select b.id::text, coalesce(b.footprint, b.point) as geom,
       coalesce(nullif(count(k.id), 0), b.assumed_households)::int as load
from building b
left join house h on h.building_id = b.id
left join household k on k.house_id = h.id and k.moved_out_on is null
where b.grid_no between %(lo)s and %(hi)s and b.point is not null and b.level in ('house', 'building', 'street', 'hamlet')
group by b.id
order by b.id

-- name: loose_houses
-- Houses that stand in no known building carry their households themselves.
select h.id::text, h.point as geom, count(k.id)::int as load
from house h
left join household k on k.house_id = h.id and k.moved_out_on is null
where h.grid_no between %(lo)s and %(hi)s and h.building_id is null and h.point is not null
  and h.level in ('house', 'building', 'street', 'hamlet')
group by h.id
order by h.id

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
