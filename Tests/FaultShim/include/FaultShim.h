// The library is preloaded into programs under test. It exports nothing to link against.
