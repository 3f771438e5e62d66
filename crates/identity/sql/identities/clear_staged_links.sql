delete from staged_links
