/// An axis of a model's inputs whose size is free in an exported file: `"batch"`, `FreeAxis("length", axis: 1)`.
public struct FreeAxis: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The name that the size has in the file.
  public let name: String
  /// Which axis it is, counted from the end where negative.
  public let axis: Int
  /// The inputs that have it, counted from 0; nil for all.
  public let inputs: [Int]?
  /// The sizes that the model is recorded at; nil for some that suit most models.
  public let sizes: [Int]?

  /// An axis of the inputs, by its name in the file.
  ///
  /// - Parameters:
  ///   - inputs: The inputs that have it, counted from 0; left out, all.
  ///   - sizes: At least three sizes that the model takes, to be recorded at. Left out: 2, 3 and 5 of a first axis,
  ///     and of any other one, two and three times the example's size, or where the model refuses those, somewhat
  ///     less than it; and an odd size beside these, where the model takes one.
  public init(_ name: String, axis: Int = 0, inputs: [Int]? = nil, sizes: [Int]? = nil) {
    (self.name, self.axis, self.inputs, self.sizes) = (name, axis, inputs, sizes)
  }

  /// The first axis of all inputs.
  public init(stringLiteral name: String) { self.init(name) }
}
