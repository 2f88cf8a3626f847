"""OGC API – Features and Tiles: what its documents say and how its parameters are read; the routes are in routes/."""
