"""The endpoint, as a process that is talked to over sockets."""
