-- What must always hold. Each query gives one row for each fault: "where" (text), message, and a place lon, lat where there is one.

-- name: region_without_parent
select r.code as "where", 'its parent ' || r.parent_code || ' is missing' as message, null::float8 as lon, null::float8 as lat
from region r
where upper_inf(r.validity) and r.parent_code is not null
  and not exists (select 1 from region p where p.code = r.parent_code and upper_inf(p.validity))

-- name: alias_without_region
select 'alias ' || a.name as "where", 'is another name of ' || a.region_code || ', which no region ever had as its code' as message,
       null::float8 as lon, null::float8 as lat
from region_alias a
where not exists (select 1 from region r where r.code = a.region_code)
order by a.region_code, a.name

-- name: region_invalid_shape
select code as "where", 'its boundary is not valid: ' || st_isvalidreason(geom) as message,
       st_x(st_pointonsurface(st_envelope(geom))) as lon, st_y(st_pointonsurface(st_envelope(geom))) as lat
from region where upper_inf(validity) and geom is not null and not st_isvalid(geom)

-- name: villages_overlap
-- Overlap between villages is at most their shared length times a millimetre.
select a.code || ' ' || b.code as "where",
       'these villages overlap by ' || round(st_area(o.shape::geography)::numeric, 3) || ' m²' as message,
       st_x(st_pointonsurface(o.shape)) as lon, st_y(st_pointonsurface(o.shape)) as lat
from region a
join region b on b.level = 5 and a.code < b.code and upper_inf(b.validity) and a.geom && b.geom
cross join lateral (
    select case when st_isvalid(a.geom) and st_isvalid(b.geom)
                then st_collectionextract(st_intersection(a.geom, b.geom), 3) end as shape) o
where a.level = 5 and upper_inf(a.validity) and not st_isempty(o.shape)
  and st_area(o.shape::geography) > st_length(st_boundary(o.shape)::geography) * 0.001

-- name: grid_outside_villages
select lpad(g.grid_no::text, 15, '0') as "where", 'it is in force, but its village is not, or has no boundary' as message,
       st_x(st_pointonsurface(g.geom)) as lon, st_y(st_pointonsurface(g.geom)) as lat
from grid g
where upper_inf(g.validity)
  and not exists (select 1 from region r where r.lo = g.grid_no / 1000 * 1000 and r.level = 5 and r.geom is not null
                                           and upper_inf(r.validity))

-- name: grid_without_published_plan
select lpad(g.grid_no::text, 15, '0') as "where", 'it is in force, but its village has no published plan' as message,
       null::float8 as lon, null::float8 as lat
from grid g
where upper_inf(g.validity)
  and not exists (select 1 from plan p where p.status = 'published'
                                         and p.village_code = lpad((g.grid_no / 1000)::text, 12, '0'))

-- name: published_plan_differs
-- The grids in force are those of the published plan, one for one.
select p.village_code as "where",
       'its published plan has ' || (select count(*) from plan_grid d where d.plan_id = p.id) || ' grids, in force are '
       || count(g.id) as message, null::float8 as lon, null::float8 as lat
from plan p
left join grid g on g.grid_no between p.village_code::bigint * 1000 and p.village_code::bigint * 1000 + 999
                and upper_inf(g.validity)
where p.status = 'published'
group by p.id
having count(g.id) <> (select count(*) from plan_grid d where d.plan_id = p.id)

-- name: number_used_again
-- No number is ever used again: the versions of one number follow each other without a gap.
select lpad(grid_no::text, 15, '0') as "where", 'its number was given again after it had ended' as message,
       null::float8 as lon, null::float8 as lat
from (select grid_no, lower(validity) as begun,
             lag(upper(validity)) over (partition by grid_no order by lower(validity)) as ended from grid) v
where ended is not null and begun <> ended

-- name: place_names_differ
-- The names that triggers keep are those that a recount of the houses gives.
with counted as (
    select lpad(a.village::text, 12, '0') as village_code, named.kind, named.name, sum(a.houses)::int as houses
    from (select grid_no / 1000 as village, street, estate, hamlet, count(*) as houses from house group by 1, 2, 3, 4) a,
         lateral (values ('street', a.street), ('estate', a.estate), ('hamlet', a.hamlet)) named (kind, name)
    where named.name is not null
    group by 1, 2, 3
)
select village_code as "where",
       'its ' || kind || ' ' || name || ' is known for ' || coalesce(k.houses, 0) || ' houses, there are ' || coalesce(c.houses, 0)
           as message,
       null::float8 as lon, null::float8 as lat
from place_name k full join counted c using (village_code, kind, name)
where k.houses is distinct from c.houses

-- name: address_alias_apart_from_house
select 'address_alias ' || a.id as "where", 'it carries ' || a.grid_no || ', its house ' || h.grid_no as message,
       null::float8 as lon, null::float8 as lat
from address_alias a join house h on h.id = a.house_id where a.grid_no <> h.grid_no

-- name: duty_without_grid
select d.id::text as "where", 'a duty in force for grid ' || d.grid_no || ', which is not' as message,
       null::float8 as lon, null::float8 as lat
from duty d
where upper_inf(d.validity) and not exists (select 1 from grid g where g.grid_no = d.grid_no and upper_inf(g.validity))

-- name: misplaced
-- A placed row must carry the number that the one rule gives its point.
select '{table} ' || t.id as "where",
       'it carries ' || t.grid_no || ', its point lies in ' || coalesce(place_of(t.point)::text, 'no region') as message,
       st_x(t.point) as lon, st_y(t.point) as lat
from {table} t
where t.point is not null and t.level in ('house', 'building', 'street', 'hamlet') and {filter}
  and t.grid_no <> coalesce(place_of(t.point), t.grid_no)

-- name: unknown_number
-- Every number is that of a grid in force, of a village with grid 000, or of a region above.
select '{table} ' || t.id as "where", 'it carries ' || t.grid_no || ', which is no grid in force and no region' as message,
       null::float8 as lon, null::float8 as lat
from {table} t
where not exists (select 1 from grid g where g.grid_no = t.grid_no and upper_inf(g.validity))
  and not exists (select 1 from region r where r.lo = t.grid_no and upper_inf(r.validity))

-- name: house_apart_from_building
select 'house ' || h.id as "where", 'it carries ' || h.grid_no || ', its building ' || b.grid_no as message,
       st_x(h.point) as lon, st_y(h.point) as lat
from house h join building b on b.id = h.building_id where h.grid_no <> b.grid_no

-- name: household_apart_from_house
select 'household ' || k.id as "where", 'it carries ' || k.grid_no || ', its house ' || h.grid_no as message,
       null::float8 as lon, null::float8 as lat
from household k join house h on h.id = k.house_id where k.grid_no <> h.grid_no

-- name: person_apart_from_household
select 'person ' || p.id as "where", 'it carries ' || p.grid_no || ', its household ' || k.grid_no as message,
       null::float8 as lon, null::float8 as lat
from person p join household k on k.id = p.household_id where p.grid_no <> k.grid_no

-- name: enrolment_apart_from_person
select 'enrolment ' || e.id as "where", 'it carries ' || e.grid_no || ', its person ' || p.grid_no as message,
       null::float8 as lon, null::float8 as lat
from enrolment e join person p on p.id = e.person_id where e.grid_no <> p.grid_no

-- name: visit_apart_from_house
select 'visit ' || v.id as "where", 'it carries ' || v.grid_no || ', its house ' || h.grid_no as message,
       null::float8 as lon, null::float8 as lat
from visit v join house h on h.id = v.house_id where v.grid_no <> h.grid_no

-- name: review_apart_from_row
-- What waits carries its row's number, and goes with its row.
select 'review ' || r.id as "where",
       case when o.grid_no is null then 'its row is not there any more' else 'it carries ' || r.grid_no || ', its row ' || o.grid_no end
           as message, null::float8 as lon, null::float8 as lat
from review r
left join lateral register_row(r.register, r.row_id) o on true
where o.grid_no is distinct from r.grid_no

-- name: cells_differ
-- What tiles of low zooms are drawn from.
select t.register || ' ' || lpad(t.grid_no::text, 15, '0') as "where",
       'its cells count ' || sum(t.counted) || ' where there are ' || sum(t.there) as message,
       null::float8 as lon, null::float8 as lat
from (select register, cell, grid_no, sum(counted) as counted, sum(there) as there
      from (select register, cell, grid_no, n as counted, 0 as there from cell_count
            union all
            select register, cell, grid_no, 0, n from recount_cells()) both_ways
      where cell >= 4::bigint ^ 19
      group by 1, 2, 3
      having sum(counted) <> sum(there)) t
group by t.register, t.grid_no
order by t.register, t.grid_no

-- name: occupancy_apart_from_house
select 'occupancy ' || o.id as "where", 'it carries ' || o.grid_no || ', its house ' || h.grid_no as message,
       null::float8 as lon, null::float8 as lat
from occupancy o join house h on h.id = o.house_id where o.grid_no <> h.grid_no

-- name: residence_apart_from_household
select 'residence ' || r.id as "where", 'it carries ' || r.grid_no || ', its household ' || k.grid_no as message,
       null::float8 as lon, null::float8 as lat
from residence r join household k on k.id = r.household_id where r.grid_no <> k.grid_no

-- name: duplicate_apart_from_kept
-- What is offered twice is there twice, and is seen where the kept row is.
select 'duplicate ' || d.id as "where",
       case when kept.id is null or (d.status = 'open' and other.id is null) then 'one of its two rows is not there'
            else 'it carries ' || d.grid_no || ', the row kept ' || kept.grid_no end as message,
       null::float8 as lon, null::float8 as lat
from duplicate d
left join (select id, grid_no from house union all select id, grid_no from person) kept on kept.id = d.kept_id
left join (select id from house union all select id from person) other on other.id = d.other_id
where (d.status <> 'distinct' and kept.id is null) or (d.status = 'open' and other.id is null) or kept.grid_no <> d.grid_no

-- name: stay_apart_from_household
-- A household's row and its last stay say the same; one that moved out on the day it came has none.
select 'household ' || k.id as "where", 'its house and days are not those of its last stay' as message,
       null::float8 as lon, null::float8 as lat
from household k
left join lateral (select o.house_id, o.during from occupancy o where o.household_id = k.id
                   order by upper(o.during) desc nulls first limit 1) last on true
where (k.moved_in_on < k.moved_out_on) is not false
  and (last.house_id is distinct from k.house_id or last.during is distinct from case when (k.moved_in_on < k.moved_out_on) is not false
                                                     then daterange(k.moved_in_on, k.moved_out_on) end)

-- name: stay_apart_from_person
select 'person ' || p.id as "where", 'its household and days are not those of its last stay' as message,
       null::float8 as lon, null::float8 as lat
from person p
left join lateral (select r.household_id, r.during from residence r where r.person_id = p.id
                   order by upper(r.during) desc nulls first limit 1) last on true
where (p.moved_in_on < p.moved_out_on) is not false
  and (last.household_id is distinct from p.household_id
       or last.during is distinct from case when (p.moved_in_on < p.moved_out_on) is not false
                                                     then daterange(p.moved_in_on, p.moved_out_on) end)

-- name: imported_rows
-- What an import says it brought in, and what is there: rows may have been deleted since, never added.
select {table_name} as table_name, i.id::text as import_id, i.kind, i.source_name,
       coalesce((i.counts ->> {table_name})::bigint, 0) as said, count(t.*) as found
from import_log i left join {table} t on t.import_id = i.id
group by i.id
having count(t.*) > coalesce((i.counts ->> {table_name})::bigint, 0)

-- name: villages_in_force
select r.code from region r
where r.level = 5 and upper_inf(r.validity) and r.geom is not null
  and exists (select 1 from grid g where g.grid_no between r.lo and r.hi and upper_inf(g.validity))
order by r.code

-- name: sealed
-- A few sealed values, to see that this key opens them.
select 'person ' || id as "where", phone_cipher as sealed, 'person.phone' as context from person where phone_cipher is not null
union all
select 'household ' || id, phone_cipher, 'household.phone' from household where phone_cipher is not null
union all
select 'person ' || id, id_no_cipher, 'person.id_no' from person where id_no_cipher is not null
limit 200

-- name: counts_differ
-- The counts that triggers keep are those that a recount gives: `wangge db recount` makes them anew.
select kept || ' ' || lpad(grid_no::text, 15, '0') || coalesce(' ' || begins_on, '') || ' ' || kind as "where",
       'its count differs from a recount by ' || sum(n) as message, null::float8 as lon, null::float8 as lat
from (select 'incident_day' as kept, c.grid_no, c.begins_on, c.kind, c.n from incident_day c
      union all select 'incident_month', c.grid_no, c.begins_on, c.kind, c.n from incident_month c
      union all select 'county_day', c.grid_no, c.begins_on, c.kind, c.n from county_day c
      union all select 'county_month', c.grid_no, c.begins_on, c.kind, c.n from county_month c
      union all select 'register_count', c.grid_no, null, c.register, c.n from register_count c
      union all select r.kept, r.grid_no, r.begins_on, r.kind, -r.n from recounted_incidents() r
      union all select 'register_count', r.grid_no, null, r.register, -r.n from recounted_registers() r) both_sides
group by kept, grid_no, begins_on, kind having sum(n) <> 0
order by kept, grid_no, begins_on, kind
