import WeftTensor

/// A tensor of texts, as words and labels are: what ONNX calls a tensor of strings.
public struct TextTensor: Sendable, Equatable {
  /// The sizes.
  public let shape: Shape
  /// The texts in row-major order.
  public let elements: [String]

  /// A list of texts.
  public init(_ elements: [String]) { (shape, self.elements) = ([elements.count], elements) }

  /// Texts in row-major order; nil where there are not as many as the shape has elements.
  public init?(_ elements: [String], shape: Shape) {
    guard shape.validElementCount == elements.count else { return nil }
    (self.shape, self.elements) = (shape, elements)
  }
}
