-- What triggers keep, made from rows that were copied while they were off.
select recount_counts();
delete from cell_count;
insert into cell_count (register, cell, grid_no, n) select register, cell, grid_no, n from recount_cells();
select count_place_names(array_agg(village), array_agg(street), array_agg(estate), array_agg(hamlet), array_agg(houses))
from (select grid_no / 1000 as village, street, estate, hamlet, count(*) as houses from house group by 1, 2, 3, 4) a;
insert into occupancy (id, household_id, house_id, grid_no, during)
select gen_random_uuid(), id, house_id, grid_no, daterange(moved_in_on, moved_out_on) from household;
insert into residence (id, person_id, household_id, grid_no, during)
select gen_random_uuid(), id, household_id, grid_no, daterange(moved_in_on, moved_out_on) from person;
