-- Adding single houses.

-- name: chain
-- A region with all above it, and their other names: what an address may begin with.
select r.code, r.level, r.name, array(select a.name from region_alias a where a.region_code = r.code order by a.name)
from region r where upper_inf(r.validity) and r.code = any(%(codes)s::text[]) order by r.level
