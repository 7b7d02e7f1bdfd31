import Weft

/// Draws the arguments of one call: mostly sound ones that suit each other, so that the call comes far, and among them
/// some that nobody would give.
final class ArgumentDraw {
  private var state: UInt64
  /// How often an argument is hostile: never, one of eight, one of two.
  private let odds: Int
  /// The shape and the type that most tensors of this call have.
  private let shape: [Int]
  private let dtype: DType
  /// Whether the call runs under `vmap`, and then the example that it sees.
  let isMapped: Bool
  var example: Tensor?
  /// What was wrong with a result.
  var problem: String?

  static let shapes: [[Int]] = [
    [3], [2, 3], [3, 3], [2, 2, 2], [2, 3, 4], [1, 2, 3, 3], [2, 4, 4, 4], [1, 1, 5, 5], [4, 4], [1, 2, 3, 3, 3],
    [2, 2, 2, 2],
  ]
  static let oddShapes: [[Int]] = [
    [], [0], [1], [2, 0], [0, 3], [1, 1], [5], [3, 2], [2, 1, 2, 1, 2, 1], [0, 0, 0],
  ]

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for _ in 0..<4 { state = Self.next(state) }
    var state = state
    func draw(_ count: Int) -> Int {
      state = Self.next(state)
      return Int((state >> 33) % UInt64(count))
    }
    odds = [0, 8, 8, 3, 2][draw(5)]
    shape = draw(6) == 0 ? Self.oddShapes[draw(Self.oddShapes.count)] : Self.shapes[draw(Self.shapes.count)]
    dtype = draw(3) == 0 ? DType.allCases[draw(DType.allCases.count)] : .float32
    isMapped = draw(5) == 0
    self.state = state
  }

  private static func next(_ state: UInt64) -> UInt64 {
    state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
  }

  func number(below count: Int) -> Int {
    state = Self.next(state)
    return Int((state >> 33) % UInt64(count))
  }

  func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }

  /// Whether the next argument is to be hostile.
  var isHostile: Bool { odds > 0 && number(below: odds) == 0 }

  func make<Value: Drawable>(_ type: Value.Type) -> Value { Value.drawn(self) }

  func list<Value>(_ make: (ArgumentDraw) -> Value) -> [Value] {
    (0..<(isHostile ? pick([0, 1, 5]) : pick([1, 2, 2, 3]))).map { _ in make(self) }
  }

  /// A tensor of this call's shape and type, of small numbers; or of indices; or one that does not fit.
  func tensor() -> Tensor {
    let shape = isHostile ? pick(Self.oddShapes + Self.shapes) : number(below: 5) == 0 ? pick(Self.shapes) : shape
    let dtype = isHostile ? pick(DType.allCases) : number(below: 4) == 0 ? .int64 : dtype
    let count = shape.reduce(1, *)
    let strange: [Double] = [.nan, .infinity, -.infinity, 1e9, -1e9, 1e300, -1]
    let start = number(below: 5)
    let isStrange = isHostile
    let values = (0..<count).map { isStrange ? pick(strange) : Double(($0 * 7 + start) % 4) }
    var tensor = Tensor(values, shape: Shape(shape), dtype: dtype)
    if shape.count >= 2, number(below: 5) == 0 { tensor = tensor.transposed() }
    guard dtype.isFloatingPoint else { return tensor }
    if let example { return tensor + example.converted(to: dtype) * 0 }
    return number(below: 3) == 0 ? tensor.requiringGrad() : tensor
  }
}
