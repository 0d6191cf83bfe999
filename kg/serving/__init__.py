"""An endpoint that one can leave running: SPARQL over HTTP and pages to read, on a store of this machine (extra `serve`)."""
