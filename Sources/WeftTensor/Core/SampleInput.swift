/// One input of a sample: its shape and the values to draw.
public struct SampleInput: Sendable {
  /// What is drawn.
  public enum Values: Sendable {
    /// Real numbers, each at least 0.05 away from `avoiding` (kinks and poles, where finite differences say nothing).
    case real(ClosedRange<Double>, avoiding: [Double])
    /// Real numbers no two of which are closer than 0.02, in a random order: for maxima and sorts.
    case distinct
    /// Integers of the range, evenly drawn, of the type.
    case integers(Range<Int>, DType)
    /// True or false, evenly drawn.
    case bools
    /// These values, of this type; differentiated if it is a floating-point type.
    case exactly([Double], DType)
  }

  /// The input's shape.
  public let shape: Shape
  /// What is drawn for its elements.
  public let values: Values

  /// Real numbers of the range, each at least 0.05 away from `avoiding`.
  public static func real(
    _ shape: Shape, in range: ClosedRange<Double> = -2...2, avoiding: [Double] = []
  ) -> SampleInput {
    SampleInput(shape: shape, values: .real(range, avoiding: avoiding))
  }
  /// Real numbers no two of which are equal, in a random order.
  public static func distinct(_ shape: Shape) -> SampleInput { SampleInput(shape: shape, values: .distinct) }
  /// Integers of the range: indices, counts or data.
  public static func integers(_ shape: Shape, in range: Range<Int>, dtype: DType = .int64) -> SampleInput {
    SampleInput(shape: shape, values: .integers(range, dtype))
  }
  /// True or false for each element.
  public static func bools(_ shape: Shape) -> SampleInput { SampleInput(shape: shape, values: .bools) }
  /// 256 and then ones: added up one after the other in bfloat16, they stay 256.
  public static func manyOnes(_ shape: Shape) -> SampleInput {
    exactly([256] + Array(repeating: 1, count: Swift.max(shape.elementCount - 1, 0)), shape)
  }
  /// These values, in row-major order.
  public static func exactly(_ values: [Double], _ shape: Shape, dtype: DType = .float64) -> SampleInput {
    SampleInput(shape: shape, values: .exactly(values, dtype))
  }

  /// The values of draw `seed`: the same on every machine.
  public func draw(seed: UInt64) -> Tensor {
    var generator = SplitMix(state: seed)
    let count = shape.elementCount
    switch values {
    case .real(let range, let avoiding):
      return Tensor(
        (0..<count).map { _ in generator.real(in: range, avoiding: avoiding) }, shape: shape, dtype: .float64)
    case .distinct:
      let spread = (0..<count).map {
        (Double($0) - Double(count) / 2) * 0.05 + generator.real(in: 0...0.02, avoiding: [])
      }
      return Tensor(spread.shuffled(using: &generator), shape: shape, dtype: .float64)
    case .integers(let range, let dtype):
      return Tensor((0..<count).map { _ in Int.random(in: range, using: &generator) }, shape: shape, dtype: dtype)
    case .bools:
      return Tensor((0..<count).map { _ in Bool.random(using: &generator) }, shape: shape)
    case .exactly(let values, let dtype):
      return Tensor(values, shape: shape, dtype: dtype)
    }
  }
}

/// A small generator for test inputs (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func real(in range: ClosedRange<Double>, avoiding: [Double]) -> Double {
    while true {
      let value = Double.random(in: range, using: &self)
      if avoiding.allSatisfy({ abs(value - $0) >= 0.05 }) { return value }
    }
  }
}

extension ReferenceArray {
  /// A tensor's elements as Doubles.
  public init(_ tensor: Tensor) {
    self.init(shape: tensor.shape.sizes, values: tensor.scalars(as: Double.self))
  }
}
