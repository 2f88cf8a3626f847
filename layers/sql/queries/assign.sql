-- Which grid holds what: the one rule, for many rows at once (place_of() is the same rule for one point).
-- The published grid that covers the point, the lowest number on a shared border; else the village under grid 000.

-- name: near
-- The grid-number ranges of these villages and of all that touch their boxes: a point on a shared border is numbered in either.
select distinct other.lo, other.hi
from region village
join region other on other.level = 5 and upper_inf(other.validity) and other.geom && village.geom
where village.code = any(%(villages)s) and upper_inf(village.validity)

-- name: make_inside
create temporary table inside (grid_no bigint, shape geometry) on commit drop

-- name: inside
-- The grids in force, without their outermost ten centimetres: a point in there lies in no other grid, since grids overlap by a millimetre at
-- most. The rows of an import are all to be placed: for them there is nothing to know beforehand.
insert into inside (grid_no, shape)
select g.grid_no, st_buffer(g.geom, -0.000001, 'quad_segs=1')
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join grid g on g.grid_no between near.lo and near.hi
where upper_inf(g.validity) and %(import_id)s::uuid is null

-- name: make_candidate
create temporary table candidate (id uuid, point geometry) on commit drop

-- name: candidates
-- Rows whose place may change, copied out from behind row-level security: PostGIS operators are not leakproof, so the index on a
-- personal table's points cannot be used behind its policy, while a range of numbers can. Nearly all rows lie well inside the grid whose
-- number they carry: one look at that grid, found by its number, settles them.
insert into candidate (id, point)
select t.id, t.point
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join {table} t on t.grid_no between near.lo and near.hi
where t.point is not null and t.level in ('house', 'building', 'street', 'hamlet') and {filter}
  and (%(import_id)s::uuid is null or t.import_id = %(import_id)s)
  and (%(villages)s::text[] is null
       or lpad((t.grid_no / 1000)::text, 12, '0') = any(%(villages)s)
       or exists (select 1 from region r where r.code = any(%(villages)s) and upper_inf(r.validity)
                                           and st_covers(r.geom, t.point)))
  and not exists (select 1 from inside i where i.grid_no = t.grid_no and st_contains(i.shape, t.point))

-- name: index_candidates
create index on candidate using gist (point)

-- name: by_point
-- Grid outer, points inner: the natural join, points outer, is ten times slower.
with target as materialized (
    select g.grid_no, 1 as rank, g.geom
    from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
    join grid g on g.grid_no between near.lo and near.hi
    where upper_inf(g.validity)
    union all
    select r.lo, 2, r.geom
    from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
    join region r on r.level = 5 and r.lo between near.lo and near.hi
    where upper_inf(r.validity) and r.geom is not null
), hit as (
    select inside.id, target.rank, target.grid_no
    from target cross join lateral (
        select p.id from candidate p where p.point && target.geom and st_covers(target.geom, p.point) offset 0
    ) inside
), best as (
    select distinct on (id) id, grid_no from hit order by id, rank, grid_no
)
update {table} t set grid_no = best.grid_no from best where t.id = best.id and t.grid_no <> best.grid_no

-- name: forget_candidates
drop table candidate, inside

-- name: lost
-- Rows under the number of a grid that is no longer in force and that no other took: their village, or what covers their point.
update {table} t
set grid_no = case when t.level in ('house', 'building', 'street', 'hamlet')
                   then coalesce(place_of(t.point), t.grid_no / 1000 * 1000) else t.grid_no / 1000 * 1000 end
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
where t.grid_no between near.lo and near.hi and t.grid_no %% 1000 <> 0 and {filter}
  and not exists (select 1 from grid g where g.grid_no = t.grid_no and upper_inf(g.validity))

-- name: house_follows_building
update house t set grid_no = b.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join building b on b.grid_no between near.lo and near.hi
where t.building_id = b.id and t.grid_no <> b.grid_no

-- name: household_follows_house
update household t set grid_no = h.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join house h on h.grid_no between near.lo and near.hi
where t.house_id = h.id and t.grid_no <> h.grid_no

-- name: person_follows_household
update person t set grid_no = h.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join household h on h.grid_no between near.lo and near.hi
where t.household_id = h.id and t.grid_no <> h.grid_no

-- name: enrolment_follows_person
update enrolment t set grid_no = p.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join person p on p.grid_no between near.lo and near.hi
where t.person_id = p.id and t.grid_no <> p.grid_no

-- name: visit_follows_house
update visit t set grid_no = h.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join house h on h.grid_no between near.lo and near.hi
where t.house_id = h.id and t.grid_no <> h.grid_no

-- name: review_follows_row
update review t set grid_no = o.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join review r on r.grid_no between near.lo and near.hi
cross join lateral register_row(r.register, r.row_id) o
where t.id = r.id and t.grid_no <> o.grid_no

-- name: address_alias_follows
-- A remembered text follows its house; one that was pinned stays under its point.
update address_alias t set grid_no = o.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join address_alias a on a.grid_no between near.lo and near.hi
left join house h on h.id = a.house_id
cross join lateral (select case when a.house_id is null then place_of(a.point) else h.grid_no end as grid_no) o
where t.id = a.id and t.grid_no <> o.grid_no

-- name: occupancy_follows_house
-- Also the past: whoever may see a house may see who lived there.
update occupancy t set grid_no = h.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join house h on h.grid_no between near.lo and near.hi
where t.house_id = h.id and t.grid_no <> h.grid_no

-- name: residence_follows_household
update residence t set grid_no = h.grid_no
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
join household h on h.grid_no between near.lo and near.hi
where t.household_id = h.id and t.grid_no <> h.grid_no

-- name: duplicate_follows_kept
update duplicate t set grid_no = kept.grid_no
from (select h.id, h.grid_no from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
      join house h on h.grid_no between near.lo and near.hi
      union all
      select p.id, p.grid_no from unnest(%(los)s::bigint[], %(his)s::bigint[]) as near (lo, hi)
      join person p on p.grid_no between near.lo and near.hi) kept
where t.kept_id = kept.id and t.grid_no <> kept.grid_no
