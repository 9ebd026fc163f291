// A world to run the daemon in, and a second opinion on what it said.
//
// Traffic makes up an online shop from a seed: the same seed gives the same bytes. Audit computes
// what the daemon has to have said in the end, slowly and obviously, and shares no code with the
// modules it checks beyond event times and spans; it is the only part that may use Foundation.
