"""Reads the lines of a log into a DuckDB file: the line whole, and the fields that are filtered by."""

import sys
import time

import duckdb

log, database = sys.argv[1:]
begun = time.monotonic()
connection = duckdb.connect(database)
connection.execute("set enable_progress_bar = false")
connection.execute(
    """
    create table records as
    select line,
           cast(line ->> '$.eventTime' as timestamp) as time,
           line ->> '$.userIdentity.arn' as actor,
           line ->> '$.eventName' as action,
           coalesce(line ->> '$.requestParameters.bucketName', '') || '/' || coalesce(line ->> '$.requestParameters.key', '')
               as resource,
           line ->> '$.errorCode' as error
    from read_csv(?, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false)
    """,
    [log],
)
connection.execute("checkpoint")
took = time.monotonic() - begun
count = connection.execute("select count(*) from records").fetchone()[0]
begun = time.monotonic()
found = connection.execute("select count(*) from records where contains(line, 'AROAEXAMPLE777777:session')").fetchone()[0]
looked = time.monotonic() - begun
print(
    f"DuckDB {duckdb.__version__}: {took:.2f} s, {count / took:.0f} records/s; "
    f"a text of the raw record alone: {found} match, {looked * 1000:.0f} ms"
)
