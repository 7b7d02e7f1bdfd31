/// The tensors of one evaluation among many of a formula.
package struct MapItem {
  var inputs: [Tensor]
  var targets: [Tensor]

  /// - Parameter targets: Of one shape, in memory that nobody else sees; they may be among the inputs.
  package init(reading inputs: [Tensor], into targets: [Tensor]) {
    self.inputs = inputs
    self.targets = targets
  }

  /// A value and its state, each read and written, with a gradient that is read behind the value.
  package init(updating value: Tensor, by gradient: Tensor, and state: [Tensor]) {
    (inputs, targets) = ([], [])
    inputs.reserveCapacity(state.count + 2)
    targets.reserveCapacity(state.count + 1)
    inputs.append(value)
    inputs.append(gradient)
    targets.append(value)
    for tensor in state {
      inputs.append(tensor)
      targets.append(tensor)
    }
  }

  /// The element type of the results.
  package var dtype: DType { targets[0].dtype }

  /// Whether all tensors are of this type and lie in the same order without gaps.
  func isPlain(_ dtype: DType) -> Bool {
    let model = targets[0].view
    guard targets[0].isDense else { return false }
    func agrees(_ tensor: Tensor) -> Bool {
      tensor.dtype == dtype && tensor.shape == model.shape
        && Layout.agree(tensor.strides, model.strides, on: model.shape)
    }
    return inputs.allSatisfy(agrees) && targets.allSatisfy(agrees)
  }
}
