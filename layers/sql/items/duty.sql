-- Duties now, or at a moment, with who has them; in order of id. They have no place of their own.
select d.id::text as id, a.login, a.name, lpad(d.grid_no::text, 15, '0') as grid_no, d.status,
       lower(d.validity) as begins_at, upper(d.validity) as ends_at,
       null::float8 as lon, null::float8 as lat, null::float8 as distance_m, null::bytea as shape
from duty d
join account a on a.id = d.account_id
where d.validity @> coalesce(%(as_of)s::timestamptz, now())
  and d.grid_no between %(first)s::bigint and %(last)s::bigint
  and d.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or d.grid_no = any(%(grids)s::bigint[]))
  and (%(q)s::text is null or strpos(lower(a.login || ' ' || a.name), lower(%(q)s::text)) > 0)
  /* and what else is asked */
  and (%(after)s::uuid is null or d.id > %(after)s::uuid)
order by d.id
limit %(limit)s::int offset %(skip)s::int
