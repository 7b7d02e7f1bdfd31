/// What holds a tensor from one step of training to the next: a parameter's value, its gradient, a buffer. A recorded
/// step reads it anew in each run, and writes it again where the step wrote it.
package protocol Cell: AnyObject {
  /// The name in programs and messages.
  var cellName: String { get }
  /// Whoever tells the recorder of a write names this object.
  var cellObject: AnyObject { get }
  /// Whether it holds a number that is another tensor each time it is asked for, and that the step does not write.
  var isNumber: Bool { get }
  /// The present tensor, without history.
  var content: Tensor? { get }
  /// Puts a tensor of the same shape and type in the present one's place.
  func setContent(_ tensor: Tensor?)
  /// The present tensor in memory that nobody else sees and that may be written in place; nil where there is none.
  func uniqueContent() -> Tensor?
}

extension Cell {
  package var cellObject: AnyObject { self }
  package var isNumber: Bool { false }
}

/// The gradient of a leaf.
package final class GradientCell: Cell {
  private let leaf: Node
  package let cellName: String

  package init(_ source: GradientSource, name: String) { (leaf, cellName) = (source.node, name) }

  package var cellObject: AnyObject { leaf }
  package var content: Tensor? { leaf.state.withLock { $0.gradients[0] }?.with(source: nil) }
  package func setContent(_ tensor: Tensor?) { leaf.setGradient(tensor, at: 0) }
  package func uniqueContent() -> Tensor? { nil }
}
