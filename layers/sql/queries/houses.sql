-- Adding single houses.

-- name: chain
-- A region with all above it, and their other names: what an address may begin with.
select r.code, r.level, r.name, array(select a.name from region_alias a where a.region_code = r.code order by a.name)
from region r where upper_inf(r.validity) and r.code = any(%(codes)s::text[]) order by r.level

-- name: rooms
-- The houses of a building, with who lives in them now; in order of what they are called only after `natural_key`.
select h.id as house_id, h.unit, h.floor, h.room, h.address,
       (select count(*) from household k where k.house_id = h.id and k.moved_out_on is null) as households,
       (select count(*) from household k join person p on p.household_id = k.id
        where k.house_id = h.id and k.moved_out_on is null and p.moved_out_on is null) as persons
from house h where h.building_id = %(building_id)s
order by h.id
