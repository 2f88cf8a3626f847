"""QGIS draws a tile layer of ours and a feature layer over it, without a screen; run by /usr/bin/python3.

`QT_QPA_PLATFORM=offscreen python3 draw_in_qgis.py URL LOGIN SECRET PICTURE WEST SOUTH EAST NORTH TILES FEATURES`: the
two layers by their names. It prints, as JSON, what QGIS makes of them.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

MERCATOR = QgsCoordinateReferenceSystem("EPSG:3857")
DEGREES = QgsCoordinateReferenceSystem("EPSG:4326")


def log_in(login, secret):
    """The id of a stored login, as a user makes it in the settings."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only here", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("wangge")
    config.setConfig("username", login)
    config.setConfig("password", secret)
    assert manager.storeAuthenticationConfig(config)
    return config.id()


def draw(layers, box, picture):
    """Write the layers, the uppermost first, into a picture."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(MERCATOR)
    settings.setExtent(QgsCoordinateTransform(DEGREES, MERCATOR, QgsProject.instance()).transform(QgsRectangle(*box)))
    settings.setOutputSize(QSize(900, 700))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    assert image.save(picture)
    colours = {image.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 700, 3)}
    return len(colours), [error.message for error in job.errors()]


def main(url, login, secret, picture, *rest):
    """Draw, and print what was found."""
    box, (tiled, listed) = [float(side) for side in rest[:4]], rest[4:]
    auth = log_in(login, secret)
    tiles = f"{url}/collections/{tiled}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    below = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=9&zmax=16&authcfg={auth}", tiled)
    source = f"url='{url}' typename='{listed}' authcfg={auth} pageSize='100'"
    above = QgsVectorLayer(source, listed, "OAPIF")
    told = {"valid": [below.isValid(), above.isValid()], "fields": [field.name() for field in above.fields()]}
    above.setSubsetString("")
    told["features"] = sum(1 for _ in above.getFeatures(QgsRectangle(*box)))
    told["colours"], told["errors"] = draw([above, below], box, picture)
    told["colours_of_tiles"], _ = draw([below], box, picture + ".tiles.png")
    print(json.dumps(told))  # noqa: T201 -- what it is for


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main(*sys.argv[1:])
    application.exitQgis()
