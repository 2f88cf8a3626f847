-- For SQLite: the title of one column.
insert into gpkg_data_columns (table_name, column_name, name) values (?, ?, ?);
