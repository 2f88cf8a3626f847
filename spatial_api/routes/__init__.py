"""The routes, one module per noun: each authorises, translates, calls `layers` and answers."""
