-- Adding single houses.

-- name: region_names
-- The names that an address begins with: county, township and village.
select string_agg(r.name, '' order by r.level) as names from region r
where upper_inf(r.validity) and r.level >= 3 and r.code = any(%(codes)s::text[])

-- name: rooms
-- The houses of a building, with who lives in them now; in order of what they are called only after `natural_key`.
select h.id as house_id, h.unit, h.floor, h.room, h.address,
       (select count(*) from household k where k.house_id = h.id and k.moved_out_on is null) as households,
       (select count(*) from household k join person p on p.household_id = k.id
        where k.house_id = h.id and k.moved_out_on is null and p.moved_out_on is null) as persons
from house h where h.building_id = %(building_id)s
order by h.id
