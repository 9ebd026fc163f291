// The domain, and nothing else: what a touchpoint, a journey, a path, a model and a conversion are.
//
// The rule of this module: everything here is a value, and a function of its arguments. There is
// no clock, no randomness, no file, no Kafka and no Foundation; time arrives as a field of the
// event. That is what makes a journey a function of its log, and so exactly-once possible.
