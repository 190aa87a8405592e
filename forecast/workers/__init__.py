"""Work that fans out in chunks: on this machine's processes or a Dask cluster, kept as it finishes."""
