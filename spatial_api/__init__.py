"""HTTP and command line: authorise, translate, call, answer. No SQL and no geometry here."""
