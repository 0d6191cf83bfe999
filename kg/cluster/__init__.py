"""Builds beyond one machine: the same functions as those of one machine, shared out by Dask (extra: distributed).

`run` orders the stages, `engine` has the cluster; the other modules are what workers do: `parts_of` documents to graphs,
`pairs` and `joins` identity across documents, `talks` the tables of who talks to whom. Workers leave what the next stage needs
in a folder beside the parts, sorted by who will read it, so that a worker that dies costs no more than what it was doing.
"""
