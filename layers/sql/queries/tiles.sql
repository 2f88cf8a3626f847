-- What the addresses of published tiles are told apart by: the rows themselves, as PostgreSQL wrote them.

-- name: region_version
select md5(coalesce(string_agg(r.id::text || r.xmin::text, ' ' order by r.id), '')) as version
from region r
where upper_inf(r.validity)
  and r.level = array_position(array['province', 'prefecture', 'county', 'township', 'village'], %(layer)s::text)
  and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint

-- name: grid_version
-- Of whole villages: each grid tells how far it is from the mean of its village.
select md5(coalesce(string_agg(g.id::text || g.xmin::text, ' ' order by g.id), '')) as version
from grid g
where upper_inf(g.validity)
  and g.grid_no between %(lo)s::bigint / 1000 * 1000 and %(hi)s::bigint / 1000 * 1000 + 999
