-- Who lived where and when, kept whoever writes a household or a person: lists, forms, moves and merges. A row's house (household) and
-- days are those of its last stay. A row that comes to another house on a later day, or comes back after it had left, begins a new stay,
-- which ends the one before; any other change of house or days corrects the last stay. Statement-level, so that a list of a hundred
-- thousand rows is one insert; where only the place changes (assign.sql) nothing is done here.
create or replace function begin_occupancies() returns trigger
language plpgsql
as $$
begin
    insert into occupancy (id, household_id, house_id, grid_no, during, created_by)
    select gen_random_uuid(), k.id, k.house_id, k.grid_no, daterange(k.moved_in_on, k.moved_out_on), k.created_by
    from coming k where (k.moved_in_on < k.moved_out_on) is not false;
    return null;
end
$$;
create or replace function begin_residences() returns trigger
language plpgsql
as $$
begin
    insert into residence (id, person_id, household_id, grid_no, during, created_by)
    select gen_random_uuid(), p.id, p.household_id, p.grid_no, daterange(p.moved_in_on, p.moved_out_on), p.created_by
    from coming p where (p.moved_in_on < p.moved_out_on) is not false;
    return null;
end
$$;
create or replace function is_new_stay(was_home uuid, was_in date, was_out date, home uuid, moved_in date) returns boolean
language sql immutable parallel safe
as $$
    select coalesce(moved_in >= was_out or (home <> was_home and moved_in > coalesce(was_in, '-infinity')), false)
$$;
create or replace function go_on_occupancies() returns trigger
language plpgsql
as $$
declare
    k record;
    last_id uuid;
begin
    for k in
        select n.*, is_new_stay(o.house_id, o.moved_in_on, o.moved_out_on, n.house_id, n.moved_in_on) as moves
        from going n join gone o on o.id = n.id
        where (n.house_id, n.moved_in_on, n.moved_out_on) is distinct from (o.house_id, o.moved_in_on, o.moved_out_on)
        order by n.id
    loop
        select id into last_id from occupancy where household_id = k.id order by upper(during) desc nulls first limit 1;
        if k.moves then
            update occupancy set during = daterange(lower(during), k.moved_in_on)
            where id = last_id and (upper_inf(during) or upper(during) > k.moved_in_on);
            last_id := null;
        end if;
        if (k.moved_in_on < k.moved_out_on) is false then
            delete from occupancy where id = last_id;
        elsif last_id is null then
            insert into occupancy (id, household_id, house_id, grid_no, during, created_by)
            values (gen_random_uuid(), k.id, k.house_id, k.grid_no, daterange(k.moved_in_on, k.moved_out_on), k.updated_by);
        else
            update occupancy set house_id = k.house_id, grid_no = k.grid_no, during = daterange(k.moved_in_on, k.moved_out_on)
            where id = last_id;
        end if;
    end loop;
    return null;
end
$$;
create or replace function go_on_residences() returns trigger
language plpgsql
as $$
declare
    p record;
    last_id uuid;
begin
    for p in
        select n.*, is_new_stay(o.household_id, o.moved_in_on, o.moved_out_on, n.household_id, n.moved_in_on) as moves
        from going n join gone o on o.id = n.id
        where (n.household_id, n.moved_in_on, n.moved_out_on) is distinct from (o.household_id, o.moved_in_on, o.moved_out_on)
        order by n.id
    loop
        select id into last_id from residence where person_id = p.id order by upper(during) desc nulls first limit 1;
        if p.moves then
            update residence set during = daterange(lower(during), p.moved_in_on)
            where id = last_id and (upper_inf(during) or upper(during) > p.moved_in_on);
            last_id := null;
        end if;
        if (p.moved_in_on < p.moved_out_on) is false then
            delete from residence where id = last_id;
        elsif last_id is null then
            insert into residence (id, person_id, household_id, grid_no, during, created_by)
            values (gen_random_uuid(), p.id, p.household_id, p.grid_no, daterange(p.moved_in_on, p.moved_out_on), p.updated_by);
        else
            update residence set household_id = p.household_id, grid_no = p.grid_no, during = daterange(p.moved_in_on, p.moved_out_on)
            where id = last_id;
        end if;
    end loop;
    return null;
end
$$;
create or replace trigger household_begins after insert on household
    referencing new table as coming for each statement execute function begin_occupancies();
create or replace trigger household_goes_on after update on household
    referencing old table as gone new table as going for each statement execute function go_on_occupancies();
create or replace trigger person_begins after insert on person
    referencing new table as coming for each statement execute function begin_residences();
create or replace trigger person_goes_on after update on person
    referencing old table as gone new table as going for each statement execute function go_on_residences();
