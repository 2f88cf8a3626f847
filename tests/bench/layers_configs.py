"""The peers' configuration files, as templates."""

__all__ = ["MAPFILE", "MAPSERVER", "NGINX", "PYGEOAPI"]

MAPSERVER = """
CONFIG
  ENV
    MS_MAP_PATTERN ".*"
  END
  MAPS
    bench "{mapfile}"
  END
END
"""

PYGEOAPI = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  gzip: false
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10000}}
  map: {{url: "/none", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification:
    title: bench
    description: bench
    keywords: [bench]
    keywords_type: theme
    terms_of_service: none
    url: http://127.0.0.1:{port}
  license: {{name: none, url: "http://127.0.0.1/"}}
  provider: {{name: bench, url: "http://127.0.0.1/"}}
  contact: {{name: bench, address: none, city: none, stateorprovince: none, postalcode: "0", country: none,
    phone: "0", fax: "0", email: a@b.c, url: "http://127.0.0.1/", hours: none, instructions: none,
    role: pointOfContact}}
resources:
  house_feature:
    type: collection
    title: houses
    description: houses
    keywords: [house]
    extents:
      spatial: {{bbox: [102.7, 25.04, 103.3, 25.64], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    providers:
      - type: feature
        name: PostgreSQL
        data: {{host: "{host}", port: 5432, dbname: wangge, user: wangge_peer, password: "",
          search_path: [peer, public]}}
        id_field: id
        table: house_feature
        geom_field: geom
        count: false
"""

MAPFILE = """
MAP
  NAME "bench"
  STATUS ON
  EXTENT 102.7 25.04 103.3 25.64
  SIZE 256 256
  UNITS DD
  PROJECTION "init=epsg:4326" END
  CONFIG "PROJ_LIB" "/usr/share/proj"
  WEB
    METADATA
      "ows_title" "bench"
      "ows_onlineresource" "http://127.0.0.1:{port}/mapserv"
      "ows_enable_request" "*"
      "oga_onlineresource" "http://127.0.0.1:{port}/bench/ogcapi"
      "oga_max_limit" "10000"
      "ows_srs" "EPSG:4326 EPSG:3857"
      "tile_map_edge_buffer" "4"
    END
  END
  OUTPUTFORMAT
    NAME "mvt"
    DRIVER "MVT"
    FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=4"
  END
  LAYER
    NAME "house"
    TYPE POINT
    STATUS OFF
    CONNECTIONTYPE POSTGIS
    CONNECTION "host={host} user=wangge_peer dbname=wangge"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "geom from peer.house using unique id using srid=3857"
    PROJECTION "init=epsg:3857" END
    METADATA "ows_title" "house" "gml_include_items" "id,grid_no" "gml_featureid" "id" END
  END
  LAYER
    NAME "grid"
    TYPE POLYGON
    STATUS OFF
    CONNECTIONTYPE POSTGIS
    CONNECTION "host={host} user=wangge_peer dbname=wangge"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "geom from peer.grid using unique id using srid=3857"
    PROJECTION "init=epsg:3857" END
    METADATA "ows_title" "grid" "gml_include_items" "grid_no,kind,name,load,village,deviation" "gml_featureid" "id" END
  END
  LAYER
    NAME "house_feature"
    TYPE POINT
    STATUS OFF
    CONNECTIONTYPE POSTGIS
    CONNECTION "host={host} user=wangge_peer dbname=wangge"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "geom from peer.house_feature using unique id using srid=4326"
    TEMPLATE "none"
    PROJECTION "init=epsg:4326" END
    METADATA "ows_title" "houses" "gml_include_items" "all" "gml_featureid" "id" END
  END
END
"""

NGINX = """
%(user)s
worker_processes 1;
pid %(folder)s/nginx.pid;
error_log %(folder)s/nginx.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path %(folder)s/body; fastcgi_temp_path %(folder)s/fcgi; proxy_temp_path %(folder)s/proxy;
  uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
  server {
    listen 127.0.0.1:%(port)d;
    keepalive_requests 1000000;
    location / {
      fastcgi_pass unix:%(sock)s;
      fastcgi_buffers 64 64k;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param PATH_INFO $uri;
      fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_param SERVER_PORT %(port)d;
      fastcgi_param SERVER_PROTOCOL HTTP/1.1;
      fastcgi_param MS_MAPFILE %(map)s;
    }
  }
}
"""
