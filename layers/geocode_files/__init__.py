"""Tables of addresses, located row by row in processes of their own and written with our columns."""
