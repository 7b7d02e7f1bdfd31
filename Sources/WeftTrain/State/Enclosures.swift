import WeftTensor

/// Tensors that stand beside a text: many numbers, which would make it long and slow to read. What is encoded within
/// `enclose` puts them here and says their places; what is decoded there takes them out.
final class Enclosures: @unchecked Sendable {
  // Unchecked: only the thread that encodes, or decodes, knows it.
  private(set) var tensors: [Tensor]

  @TaskLocal static var current: Enclosures?

  init(_ tensors: [Tensor] = []) { self.tensors = tensors }

  /// Keeps a tensor, and gives its place.
  func add(_ tensor: Tensor) -> Int {
    tensors.append(tensor)
    return tensors.count - 1
  }

  /// The tensor at a place; nil where there is none.
  subscript(place: Int) -> Tensor? { tensors.indices.contains(place) ? tensors[place] : nil }

  func enclose<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self) { try body() }
  }
}
