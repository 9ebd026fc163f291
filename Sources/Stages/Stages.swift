// The stages as machines: values that take one record after the other and say what to publish.
//
// A machine never performs anything. Its state is a function of the records it was given, in their
// order; so it can be rebuilt from a checkpoint and the rest of its log, in the daemon, over files
// and in the simulator alike.
