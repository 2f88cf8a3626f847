-- name: row_security_active
-- Whether row-level security holds this role back on a table: COPY FROM is refused there.
select row_security_active(%(table)s::regclass)

-- name: past_import
-- The newest import of the same content that was not undone; where no digest is known, of the same name.
select id, source_name, at from import_log
 where kind = %(kind)s and undone_at is null
   and case when %(sha256)s::text is null then source_name = %(source_name)s else sha256 = %(sha256)s end
 order by at desc, id limit 1

-- name: regions_in_force
-- What is known now of these regions.
select code, name, mca_code from region where upper_inf(validity) and code = any(%(codes)s)

-- name: revise_regions
-- The regions go on from this transaction on under another name or with another shape (null: the same); what they were before stays
-- known. One that began in this transaction, or in one that ended while this one waited, was never seen otherwise: it is changed itself.
with revised as (
    select code, name, geom::geometry as geom, area_m2, source
    from unnest(%(codes)s::text[], %(names)s::text[], %(geoms)s::text[], %(areas_m2)s::float8[], %(sources)s::text[])
         as t (code, name, geom, area_m2, source)
), fresh as (
    update region r set name = coalesce(v.name, r.name), geom = coalesce(v.geom, r.geom), area_m2 = coalesce(v.area_m2, r.area_m2),
                        synthetic = r.synthetic and v.geom is null, source = coalesce(v.source, r.source), import_id = %(import_id)s
      from revised v where r.code = v.code and upper_inf(r.validity) and lower(r.validity) >= now()
    returning r.code
), ended as (
    update region r set validity = tstzrange(lower(r.validity), now())
      from revised v where r.code = v.code and upper_inf(r.validity) and lower(r.validity) < now()
    returning r.*
), begun as (
    insert into region (id, code, level, name, name_en, parent_code, mca_code, validity, geom, area_m2, synthetic, source, import_id)
    select gen_random_uuid(), e.code, e.level, coalesce(v.name, e.name), e.name_en, e.parent_code, e.mca_code, tstzrange(now(), null),
           coalesce(v.geom, e.geom), coalesce(v.area_m2, e.area_m2), e.synthetic and v.geom is null, coalesce(v.source, e.source),
           %(import_id)s
      from ended e join revised v using (code)
    returning code
)
select code from fresh union all select code from begun

-- name: keep_old_names
-- What a region in force was called until now is another name of it from now on.
insert into region_alias (region_code, name, kind, valid_to, import_id)
select r.code, r.name, 'old', (now() at time zone 'Asia/Shanghai')::date, %(import_id)s
from unnest(%(codes)s::text[], %(names)s::text[]) as revised (code, name)
join region r on r.code = revised.code and upper_inf(r.validity) and lower(r.validity) < now() and r.name <> revised.name
on conflict (region_code, name) do nothing

-- name: add_aliases
-- Other names of the regions in force; one that is known already stays as it is, and so does what a region is called now.
insert into region_alias (region_code, name, kind, valid_to, import_id)
select a.code, a.name, a.kind, a.valid_to, %(import_id)s
from unnest(%(codes)s::text[], %(names)s::text[], %(kinds)s::text[], %(ends)s::date[]) as a (code, name, kind, valid_to)
join region r on r.code = a.code and upper_inf(r.validity) and r.name <> a.name
on conflict (region_code, name) do nothing

-- name: recode_regions
-- The civil affairs' code of a region became known or was put right; the region itself is the same.
update region set mca_code = recoded.mca_code, import_id = %(import_id)s
  from unnest(%(codes)s::text[], %(texts)s::text[]) as recoded (code, mca_code)
 where region.code = recoded.code and upper_inf(region.validity)

-- name: overlapping_villages
-- Villages in force that share land with this shape, with how much of it.
select code, name, st_area(st_intersection(geom, %(geom)s::geometry)::geography) as shared_m2
  from region
 where level = 5 and upper_inf(validity) and st_intersects(geom, %(geom)s::geometry)
 order by code

-- name: children_of
-- The codes of the regions right below one, in force or not: a code is never used twice.
select distinct code from region where parent_code = %(code)s order by code

-- name: add_facility_kind
-- A kind that the county has named already keeps its names.
insert into facility_kind (code, name_zh, name_en, sort) values (%s, %s, %s, %s) on conflict (code) do nothing

-- name: add_organisation_kind
-- A kind that the county has named already keeps its names.
insert into organisation_kind (code, name_zh, name_en, sort) values (%s, %s, %s, %s) on conflict (code) do nothing

-- name: analyze
-- Statistics for the first publish after this import.
select analyze_registers()
