-- For SQLite: the extension "schema" of GeoPackage 1.3, whose titles of columns QGIS shows as aliases.
create table if not exists gpkg_data_columns (
    table_name text not null,
    column_name text not null,
    name text,
    title text,
    description text,
    mime_type text,
    constraint_name text,
    constraint pk_gdc primary key (table_name, column_name),
    constraint gdc_tn unique (table_name, name)
);
create table if not exists gpkg_data_column_constraints (
    constraint_name text not null,
    constraint_type text not null,
    value text,
    min numeric,
    min_is_inclusive boolean,
    max numeric,
    max_is_inclusive boolean,
    description text,
    constraint gdcc_ntv unique (constraint_name, constraint_type, value)
);
create table if not exists gpkg_extensions (
    table_name text,
    column_name text,
    extension_name text not null,
    definition text not null,
    scope text not null,
    constraint ge_tce unique (table_name, column_name, extension_name)
);
insert into gpkg_extensions (table_name, column_name, extension_name, definition, scope)
values ('gpkg_data_columns', null, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write'),
       ('gpkg_data_column_constraints', null, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write');
