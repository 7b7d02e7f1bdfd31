// Note: Epochs that are cut short
//
// A training of so many steps may end amid an epoch. What it came to by then is measured and told as that of any epoch:
// who trains for so many steps wants the last validation in curves, and the best checkpoint among those measured. But the
// epoch is not over. Asked for more steps, the training goes on with the next batch; what extensions made of the early
// end (an early stop, its count, a lower learning rate) is taken back, and its summary gives way to that of the whole epoch.
// So a training in pieces ends with the bits of one in a single piece; of several copies that are cut amid an accumulation
// it does but for rounding, since their gradients are averaged at the cut.
//
// Three things are not taken back. A checkpoint that was written at the cut is one like others, and stays among the best if
// it is. A stop by an extension without a saved state, as a closure, is the program's own decision. And with a loader of
// another count of batches nobody could say where the epoch was: it counts as over, and the next one begins.

/// What an epoch that was cut short goes on from, beside what was measured in it.
struct CutEpoch: Codable {
  /// What extensions had counted before they were told of its end.
  var extensions: [String: String]
  /// The learning rate of each group of parameters before the end and after it.
  var ratesBefore: [Double]
  var ratesAfter: [Double]
  /// How many batches the epoch has; nil where nobody knows.
  var batches: Int?
  /// Whether an extension has ended the training at the cut, by what it had counted.
  var isStopTakenBack: Bool
}
