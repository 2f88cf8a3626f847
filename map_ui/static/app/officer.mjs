/** The officer's page. */

import "./map.mjs";
