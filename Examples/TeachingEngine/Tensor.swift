// Weft in small: the same parts under the same names, to be read in the order Tensor, TensorOperation, Node, Backward,
// Operations, Module, main. Each says where its original is, and what that does beyond it.

/// Numbers with a shape, and where their gradient goes. A value: no operation changes a tensor.
/// In Weft: `WeftTensor/Core/Tensor.swift`, with thirteen types of numbers, in memory that views share.
package struct Tensor {
  package let (values, shape): ([Double], [Int])
  /// The node that it came from, while gradients are recorded: a leaf for a weight; nil for mere numbers.
  var source: Node?

  package init(_ values: [Double], shape: [Int]) {
    precondition(values.count == shape.reduce(1, *), "expected as many values as \(shape) has, got \(values.count)")
    (self.values, self.shape) = (values, shape)
  }

  func with(source: Node?) -> Tensor {
    var tensor = self
    tensor.source = source
    return tensor
  }

  /// A leaf with these values, in which `backward()` accumulates a gradient (`Autograd/Gradient.swift`).
  package func requiringGrad() -> Tensor { with(source: Node(leaf: shape)) }
  package var grad: Tensor? { source?.gradient }
  package func forgetGrad() { source?.gradient = nil }
}
