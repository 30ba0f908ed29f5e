// TimeShim has no interface: it is preloaded.
