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

  /// Whether shapes and texts are the same. Texts are the same where their bytes are, as for the models, and not where
  /// they look alike: "é" as one character is not "e" with an accent behind it.
  public static func == (some: TextTensor, other: TextTensor) -> Bool {
    some.shape == other.shape
      && some.elements.elementsEqual(other.elements) { $0.utf8.elementsEqual($1.utf8) }
  }
}
