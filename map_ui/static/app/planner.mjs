/** The planner's page. */

import "./map.mjs";
