"""How sites list their articles: feeds, sitemaps, section pages and their pagers, archives by date. Pure."""
