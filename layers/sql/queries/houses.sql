-- Adding single houses.

-- name: region_names
-- The names that an address begins with: county, township and village.
select string_agg(r.name, '' order by r.level) as names from region r
where upper_inf(r.validity) and r.level >= 3 and r.code = any(%(codes)s::text[])
