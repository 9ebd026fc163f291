// Operations: what a person who runs Afterclick touches. It reads the configuration, refuses what
// cannot work with a line that says where and why, writes the log, and serves health and metrics. It
// decides nothing about events; it compiles the rules that do.
