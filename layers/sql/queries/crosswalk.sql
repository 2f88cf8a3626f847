-- Townships in the codes of the statistics bureau and in those of the civil affairs.

-- name: other_codes
-- The townships in force that one of the codes may mean in either system.
select code, mca_code, name from region
where level = 4 and upper_inf(validity) and (code = any(%(codes)s::text[]) or mca_code = any(%(codes)s::text[]))
order by code
