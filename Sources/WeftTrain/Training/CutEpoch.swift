// Note: Epochs that are cut short
//
// A training of so many steps may end amid an epoch. What it came to by then is measured and told as that of any epoch:
// who trains for so many steps wants the last validation in curves, and the best checkpoint among those measured. But the
// epoch is not over. Asked for more steps, the training goes on with the next batch; what extensions made of the early
// end (an early stop's count, a lower learning rate) is taken back, and its summary gives way to that of the whole epoch.
// So a training in pieces ends with the bits of one in a single piece.

/// What an epoch that was cut short goes on from, beside what was measured in it.
struct CutEpoch: Codable {
  /// What extensions had counted before they were told of its end.
  var extensions: [String: String]
  /// The learning rate before the end and after it.
  var rateBefore: Double
  var rateAfter: Double
}
