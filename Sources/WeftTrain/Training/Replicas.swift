import WeftNN
import WeftTensor

// Note: Replicas
//
// Copies of one model learn together, each in a process of its own: all start from the same values, each computes the
// gradients of its part of a batch, and all take the step of the mean. A batch is that of all of them together, so that
// their number changes neither the steps nor, but for rounding, the numbers. What a training decides (to stop, to save) all
// must decide alike, or some would wait for what never comes: decisions follow from what is the same everywhere, as sums
// over all and the clock of rank 0.

/// The copies of a model that learn together with this one, as a `Trainer` sees them: `DataParallel` of WeftMPI. All copies
/// ask the same things in the same order; each call but `expectGradients`, `alone` and `leave` returns when all have come
/// to it.
public protocol Replicas: AnyObject {
  /// Which one this is, from 0. The one of rank 0 writes files and speaks for all.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }

  /// Gives all copies the values of rank 0, and sees that they are alike. A training begins, or goes on, after it.
  func begin(_ optimizer: Optimizer) throws

  /// A step begins, in which this copy has `own` of the batch's `all` samples. One that has none computes with a sample of
  /// another's, which must count nowhere.
  func beginStep(own: Int, all: Int)

  /// The next backward pass is one whose gradients are averaged.
  func expectGradients()

  /// Makes each gradient the mean of those of all copies, for an even share of the batch each, and running statistics too.
  func averageGradients() throws

  /// Makes running statistics the mean of all copies', after a pass whose gradients are not averaged yet.
  func averageStatistics() throws

  /// Where each copy's optimizer updates but a part of the parameters: gives all copies all new values.
  func shareUpdates(of optimizer: Optimizer) throws

  /// Begins to add up numbers over all copies; what is returned waits for the sums.
  func startSum(_ numbers: [Double]) throws -> () throws -> [Double]

  /// A text of each copy, by rank.
  func gather(_ text: String, for purpose: String) throws -> [String]

  /// A checkpoint's tensors with those that only other copies have, on rank 0; elsewhere they may be left out.
  func gather(_ tensors: [(name: String, tensor: Tensor)]) throws -> [(name: String, tensor: Tensor)]

  /// Runs `body` so that no layer asks anything of the other copies, which may be at other work.
  func alone(_ body: () throws -> Void) rethrows

  /// - Throws: Where the copies' values are no longer the same to the bit.
  func checkAgreement() throws

  /// This copy ends with an error: the others are told, so that they do not wait for it.
  func leave(because error: any Error)
}
