-- Who may come in. The reading door sees no password.

-- name: caller
-- Who holds this session now; a field worker's grids are those of the duties that hold at this very moment; `lasts_s` is how long
-- that stays so by itself.
select a.id, a.login, a.name, a.role, a.region_code, s.csrf,
       case when a.role = 'field' then
           array(select d.grid_no from duty d
                 where d.account_id = a.id and d.status = 'active' and d.validity @> now() order by d.grid_no)
       end as grids,
       extract(epoch from least(s.expires_at, (
           select min(moment) from duty d, unnest(array[lower(d.validity), upper(d.validity)]) as moment
           where d.account_id = a.id and d.status = 'active' and moment > now())) - now())::float8 as lasts_s
from session s
join account a on a.id = s.account_id
where s.token_hash = %(token_hash)s and s.expires_at > now() and a.disabled_at is null
