-- What tiles are drawn from. Adding a generated column writes its table anew: about a minute for 10 million houses.
ALTER TABLE house ADD COLUMN geom_m geometry(POINT,3857) GENERATED ALWAYS AS (st_transform(point, 3857)) STORED;
ALTER TABLE plan_grid ADD COLUMN geom_m geometry(MULTIPOLYGON,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED;
CREATE INDEX ix_plan_grid_geom_m ON plan_grid USING gist (geom_m);
ALTER TABLE region ADD COLUMN label_m geometry(POINT,3857)
    GENERATED ALWAYS AS (st_pointonsurface(st_transform(geom, 3857))) STORED;
ALTER TABLE grid ADD COLUMN label_m geometry(POINT,3857)
    GENERATED ALWAYS AS (st_pointonsurface(st_transform(geom, 3857))) STORED;

CREATE TABLE cell_count (
    register TEXT NOT NULL,
    cell BIGINT NOT NULL,
    grid_no BIGINT NOT NULL,
    n INTEGER NOT NULL
);
CREATE INDEX ix_cell_count_register_cell ON cell_count (register, cell, grid_no) INCLUDE (n);
