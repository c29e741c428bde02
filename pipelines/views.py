"""The views of archive.db, which are public as its tables are (docs/data-dictionary.md).

Borders: an article keeps the province that it was published in; a series over 2025-07-01 needs all of them under one
map. Every unit of 2025-06-30 went whole into one of the next day, so the new map can always be told. The old one cannot
where a newspaper is of a merged unit: such articles are counted by themselves, never given to one of its parts. Nothing
here goes by gso_code: 24 was Bắc Giang and is Bắc Ninh.
"""

DAY = "2025-07-01"

PROVINCE_BORDERS = f"""CREATE VIEW province_borders AS
SELECT id AS province,
       CASE WHEN valid_from IS NULL OR valid_from < '{DAY}' THEN id END AS old_province,
       CASE WHEN valid_from > '{DAY}' THEN NULL WHEN valid_to < '{DAY}' THEN successor ELSE id END AS new_province
FROM provinces"""

_OLD = "coalesce(its.old_province, CASE WHEN paper.new_province = its.new_province THEN paper.old_province END)"
_TOLD_BY = (
    "CASE WHEN its.old_province IS NOT NULL THEN 'province'"
    " WHEN paper.new_province = its.new_province AND paper.old_province IS NOT NULL THEN 'newspaper' END"
)
_BORDERS = f"""{_OLD} AS old_province,
       {_TOLD_BY} AS told_by,
       its.new_province
FROM {{counted}} AS counted JOIN sources ON sources.slug = counted.source
LEFT JOIN province_borders AS its ON its.province = counted.province
LEFT JOIN province_borders AS paper ON paper.province = sources.province"""

# With what articles are counted by, so that no query need look for them again.
ARTICLE_BORDERS = f"""CREATE VIEW article_borders AS
SELECT counted.id AS article, counted.n, counted.source, counted.published_at, counted.month, counted.language,
       counted.state, counted.relation, counted.agency, counted.story, counted.word_count, counted.province,
       {_BORDERS.format(counted="articles")}"""

# Some thousands of rows however large the archive: what series and sums are made of.
SOURCE_MONTHS = f"""CREATE VIEW source_months AS
SELECT counted.*,
       {
    _BORDERS.format(
        counted='''(
    SELECT source, province, month, count(*) AS articles, count(*) FILTER (WHERE relation = 'original') AS originals,
           count(*) FILTER (WHERE relation = 'reprint') AS reprints, sum(word_count) AS words
    FROM articles GROUP BY source, province, month)'''
    )
}"""

_COUNTS = ("articles", "originals", "reprints", "words")
_SUMS = (
    ", ".join(f"sum({name}) AS {name}" for name in _COUNTS) + ", min(month) AS first_month, max(month) AS last_month"
)
_HELD = f"{', '.join(_COUNTS)}, first_month, last_month"
_OR_NONE = ", ".join(f"coalesce({name}, 0) AS {name}" for name in _COUNTS) + ", first_month, last_month"

OLD_BORDERS = f"""CREATE VIEW articles_by_old_borders AS
WITH counted AS MATERIALIZED (
    SELECT old_province, new_province, {_SUMS} FROM source_months GROUP BY old_province, new_province)
SELECT provinces.id AS province, provinces.name, provinces.gso_code, {_OR_NONE}
FROM province_borders JOIN provinces ON provinces.id = province_borders.old_province
LEFT JOIN counted ON counted.old_province = provinces.id
UNION ALL
SELECT NULL, 'not to be told: ' || provinces.name || ' since {DAY}', NULL, {_HELD}
FROM counted JOIN provinces ON provinces.id = counted.new_province WHERE counted.old_province IS NULL
UNION ALL
SELECT NULL, 'of no province', NULL, {_HELD} FROM counted WHERE old_province IS NULL AND new_province IS NULL"""

NEW_BORDERS = f"""CREATE VIEW articles_by_new_borders AS
WITH counted AS MATERIALIZED (SELECT new_province, {_SUMS} FROM source_months GROUP BY new_province)
SELECT provinces.id AS province, provinces.name, provinces.gso_code, {_OR_NONE}
FROM provinces LEFT JOIN counted ON counted.new_province = provinces.id
WHERE provinces.id IN (SELECT new_province FROM province_borders)
UNION ALL
SELECT NULL, 'of no province', NULL, {_HELD} FROM counted WHERE new_province IS NULL"""

VIEWS = (PROVINCE_BORDERS, ARTICLE_BORDERS, SOURCE_MONTHS, OLD_BORDERS, NEW_BORDERS)

# What articles are counted by stands behind their texts in the rows: a count that read those would read the whole file.
COUNTED = (
    "CREATE INDEX articles_counted ON articles(source, province, month, relation, agency, language, state, word_count,"
    " story, reprint_of, published_at, id)"
)
