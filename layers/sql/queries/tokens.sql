-- What programs log in with. The secret itself is stored nowhere.

-- name: caller
-- Who holds this secret now; a field worker's grids are those of the duties that hold at this very moment; `lasts_s` is how long
-- that stays so by itself.
select a.id, a.login, a.name, a.role, a.region_code, t.capabilities, t.region_code as token_region,
       case when a.role = 'field' then
           array(select d.grid_no from duty d
                 where d.account_id = a.id and d.status = 'active' and d.validity @> now() order by d.grid_no)
       end as grids,
       extract(epoch from least(t.expires_at, (
           select min(moment) from duty d, unnest(array[lower(d.validity), upper(d.validity)]) as moment
           where d.account_id = a.id and d.status = 'active' and moment > now())) - now())::float8 as lasts_s
from access_token t
join account a on a.id = t.account_id
where t.secret_hash = %(secret_hash)s and t.revoked_at is null and t.expires_at > now() and a.disabled_at is null
  and (%(login)s::text is null or a.login = %(login)s)

-- name: list
select t.id, t.name, t.capabilities, t.region_code, t.created_at, t.expires_at, t.revoked_at
from access_token t
where t.account_id = %(account_id)s and (t.revoked_at is null or t.revoked_at > now() - interval '30 days')
order by t.created_at desc, t.id

-- name: count_valid
select count(*) from access_token
where account_id = %(account_id)s and revoked_at is null and expires_at > now()

-- name: revoke
update access_token set revoked_at = now()
where id = %(id)s and account_id = %(account_id)s and revoked_at is null
