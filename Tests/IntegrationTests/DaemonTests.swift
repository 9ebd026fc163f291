import Testing

/// Everything that runs the built daemon on a real broker: one after the other, because the broker
/// and the machine are shared, and a starved broker loses members that should live.
@Suite(.needsBroker, .serialized) struct DaemonTests {}
