// The shells around the machines: actors that read logs, feed machines and commit what they say.
//
// A `Worker` owns one consumer and the partitions it is given, and runs them on one thread. What
// they publish goes to its `Committer`, which puts it into one transaction after the other. The
// `Checkpointer` restores journeys and keeps their local copy. The `Supervisor` starts workers and
// starts them again. Nothing here knows Kafka; see `Ports`.
