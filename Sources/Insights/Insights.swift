// What the stream says beyond single conversions: how people move through funnels, whether they move
// as they should, and which channels helped.
//
// The rule of this module: everything here is a value, and a function of the facts given to it in
// their order. Time is given too, by `advance(to:)`: there is no clock and no randomness, and no
// order of a dictionary ever reaches an output. Facts go in, alerts and reports come out.
