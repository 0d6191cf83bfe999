"""Builds beyond one machine: the same functions as those of one machine, shared out by Dask (extra: distributed).

`run` begins and ends a build, `stages` orders what is done, `engine` has the cluster. What workers do is in modules of their own:
`parts_of` documents to graphs, `pairs` and `joins` identity across documents, `talks` the tables of who talks to whom. They leave
what the next stage needs in a folder beside the parts, sorted by who will read it, so that a worker that dies costs no more than
what it was doing.
"""
