import WeftNN
import WeftTensor

/// Which part of an accumulation a step is.
package struct RecordedKind: Hashable {
  let isFirst: Bool
  let isLast: Bool
}

/// A step that is replayed, and what its results are beside the loss.
package final class RecordedStep {
  package var step: Recorded?
  var hasPredictions = false
  var hasTargets = false
  var hasWeights = false

  func output(of results: [Tensor]) -> StepOutput {
    var rest = results.dropFirst()
    return StepOutput(
      loss: results[0], predictions: hasPredictions ? rest.popFirst() : nil,
      targets: hasTargets ? rest.popFirst() : nil, weights: hasWeights ? rest.popFirst() : nil)
  }
}
