-- A row that goes takes its entries in the review queue along; what was learned from them stays, as nobody's lesson.
create or replace function forget_reviews() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
declare
    entries uuid[];
begin
    entries := array(select r.id from review r join gone on gone.id = r.row_id where r.register = tg_table_name);
    if entries <> '{}' then
        update name_alias set review_id = null where review_id = any(entries);
        update region_alias set review_id = null where review_id = any(entries);
        update address_alias set review_id = null where review_id = any(entries);
        delete from review where id = any(entries);
    end if;
    return null;
end
$$;
revoke execute on function forget_reviews() from public;

do $$
declare
    register text;
begin
    foreach register in array array['building', 'house', 'facility', 'organisation', 'incident', 'place'] loop
        execute format('create or replace trigger forget_reviews after delete on %I referencing old table as gone '
                       'for each statement execute function forget_reviews()', register);
    end loop;
end
$$;
