-- What the peers serve: the same rows and columns as our tiles and features show, in the shape that each serves fastest:
-- tiles from a column in EPSG:3857, features from one in EPSG:4326, ordered by place, no policy on the tables.
drop schema if exists peer cascade;
create schema peer;
do $$ begin if not exists (select from pg_roles where rolname = 'wangge_peer') then create role wangge_peer login; end if; end $$;
alter role wangge_peer set max_parallel_workers_per_gather = 0;

create table peer.house as
select h.id, lpad(h.grid_no::text, 15, '0') as grid_no, st_transform(h.point, 3857)::geometry(point, 3857) as geom
from public.house h order by st_transform(h.point, 3857);
alter table peer.house add primary key (id);
create index on peer.house using gist (geom);

create table peer.house_feature as
select h.id, h.rev, h.address, lpad(h.grid_no::text, 15, '0') as grid_no, h.level, h.point::geometry(point, 4326) as geom
from public.house h order by h.point;
alter table peer.house_feature add primary key (id);
create index on peer.house_feature using gist (geom);

create table peer.grid as
select g.id, lpad(g.grid_no::text, 15, '0') as grid_no, g.kind, g.name, g.load, lpad((g.grid_no / 1000)::text, 12, '0') as village,
       round(g.load / nullif(avg(g.load) over (partition by g.grid_no / 1000), 0) - 1, 4)::float8 as deviation,
       g.geom_m::geometry(multipolygon, 3857) as geom
from public.grid g where upper_inf(g.validity) order by g.geom_m;
alter table peer.grid add primary key (id);
create index on peer.grid using gist (geom);

create table peer.grid_feature as
select g.id, lpad(g.grid_no::text, 15, '0') as grid_no, g.geom from public.grid g where upper_inf(g.validity) order by g.geom;
alter table peer.grid_feature add primary key (id);
create index on peer.grid_feature using gist (geom);

grant usage on schema peer to wangge_peer;
grant select on all tables in schema peer to wangge_peer;
analyze peer.house, peer.house_feature, peer.grid, peer.grid_feature;
