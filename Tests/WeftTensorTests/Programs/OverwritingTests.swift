import Synchronization
import Testing
import WeftTensor

/// A formula behind a product, or behind anything, is computed where its operand lies: to the bit what it is elsewhere,
/// and nothing that somebody else reads is written.
@Suite struct OverwritingTests {
  private static func numbers(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: seed))
  }

  /// Numbers with some that are none, infinite, and zero below zero.
  private static func odd(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    var plain = Tensor(normal: Shape(sizes), using: RandomStream(seed: seed)).scalars(as: Float.self)
    for place in plain.indices {
      switch place % 31 {
      case 3: plain[place] = .nan
      case 11: plain[place] = .infinity
      case 19: plain[place] = -.infinity
      case 27: plain[place] = -0.0
      default: break
      }
    }
    return Tensor(plain, shape: Shape(sizes))
  }

  private static let activations: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("relu", { $0.relu() }), ("relu6", { $0.relu6() }), ("leakyReLU", { $0.leakyReLU() }), ("gelu", { $0.gelu() }),
    ("gelu tanh", { $0.gelu(approximation: .tanh) }), ("silu", { $0.silu() }), ("sigmoid", { $0.sigmoid() }),
    ("tanh", { $0.tanh() }), ("hardswish", { $0.hardswish() }),
  ]

  /// Runs a plan twice beside the function: bits, layout, and what was handed in.
  private func replay(
    _ inputs: [Tensor], _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping ([Tensor]) -> [Tensor]
  ) throws {
    let plan = try Plan(Program(recording: inputs, body))
    let before = inputs.map { $0.cloned() }
    for _ in 0..<2 {
      let (found, right) = (try plan.run(inputs), noGrad { body(inputs) })
      for (found, right) in zip(found, right) {
        let isSame = found.spec == right.spec && found.strides == right.strides && found.hasBits(of: right)
        #expect(isSame, "\(name)\n\(plan)", sourceLocation: sourceLocation)
      }
      let areUntouched = zip(inputs, before).allSatisfy { $0.hasBits(of: $1) }
      #expect(areUntouched, "\(name): an input was written", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [DType.float32, .float64, .bfloat16]) func everyActivationBehindAProduct(dtype: DType) throws {
    for rows in [1, 5, 33] {
      let x = Self.odd(rows, 19).converted(to: dtype)
      let weight = Self.numbers(23, 19, seed: 2).converted(to: dtype)
      let (bias, residual) = (
        Self.numbers(23, seed: 3).converted(to: dtype), Self.odd(rows, 23, seed: 4).converted(to: dtype)
      )
      for (name, activation) in Self.activations {
        let text = "\(name) \(rows) \(dtype)"
        try replay([x, weight, bias], text) { [activation(linear($0[0], weight: $0[1], bias: $0[2]))] }
        try replay([x, weight, bias, residual], text) {
          [activation($0[3] + linear($0[0], weight: $0[1], bias: $0[2]))]
        }
        try replay([x, weight, bias], text) { [activation($0[0].matmul($0[1].transposed()) + $0[2])] }
      }
    }
  }

  @Test(arguments: [DType.float32, .float64, .bfloat16]) func everyActivationBehindAConvolution(dtype: DType) throws {
    let images = [Self.odd(1, 6, 9, 7), Self.odd(3, 6, 9, 7), Self.odd(2, 6, 5, 5)]
    for image in images.map({ $0.converted(to: dtype) }) {
      let kernels = [Self.numbers(5, 6, 3, 3, seed: 2), Self.numbers(8, 6, 1, 1, seed: 2)]
      for weight in kernels.map({ $0.converted(to: dtype) }) {
        let bias = Self.numbers(weight.shape[0], seed: 3).converted(to: dtype)
        for (name, activation) in Self.activations {
          try replay([image, weight, bias], "\(name) \(dtype)") {
            [activation(convolution($0[0], weight: $0[1], bias: $0[2]))]
          }
        }
        let size = noGrad { convolution(image, weight: weight) }.shape
        let residual = Tensor(normal: size, using: RandomStream(seed: 5)).converted(to: dtype)
        try replay([image, weight, residual], "residual \(dtype)") {
          [(convolution($0[0], weight: $0[1]) + $0[2]).relu()]
        }
        // The residual lies row by row, and so does a sum that begins with it.
        try replay([image, weight, residual], "residual first \(dtype)") {
          [($0[2] + convolution($0[0], weight: $0[1])).relu()]
        }
      }
      try replay([image.permuted(0, 2, 3, 1).contiguous(), kernels[0].converted(to: dtype)], "turned \(dtype)") {
        [convolution($0[0].permuted(0, 3, 1, 2), weight: $0[1], padding: 1).silu()]
      }
      let own = Self.numbers(6, 1, 3, 3, seed: 6).converted(to: dtype)
      try replay([image, own], "each channel \(dtype)") {
        [convolution($0[0], weight: $0[1], padding: 1, groups: 6).relu6()]
      }
    }
  }

  /// Batched products with a bias, a row or a column of each; scores that are scaled and masked.
  @Test func batchesOfProductsAreFollowedToo() throws {
    let (a, b) = (Self.odd(3, 5, 7), Self.numbers(3, 7, 11, seed: 2))
    let (row, column, each) = (Self.numbers(11, seed: 3), Self.numbers(5, 1, seed: 4), Self.numbers(3, 1, 11, seed: 5))
    try replay([a, b, row], "row") { [($0[0].matmul($0[1]) + $0[2]).gelu()] }
    try replay([a, b, column], "column") { [($0[0].matmul($0[1]) + $0[2]).silu()] }
    try replay([a, b, each], "each") { [($0[2] - $0[0].matmul($0[1])).tanh()] }
    try replay([a, b, row], "mask") {
      [($0[0].matmul($0[1]) * 0.3).maskedFilled(where: $0[2] .> 0, with: -1e9).softmax(axis: -1)]
    }
  }

  // MARK: What is written, and what is not

  /// The addresses that a test's operation saw: of its operand and of its result.
  private func addresses(_ input: Tensor, _ body: @escaping ([Tensor]) -> [Tensor]) throws -> [Int] {
    let plan = try Plan(Program(recording: [input], body))
    Noted.log.withLock { $0 = [] }
    _ = try plan.run([input])
    return Noted.log.withLock { $0 }
  }

  @Test func aFormulaWritesWhereItsOperandLay() throws {
    let x = Self.numbers(64, 65)
    let found = try Noted.alone {
      try addresses(x) { [apply(Noted(), [apply(Noted(), $0)[0].relu() * 2])[0]] }
    }
    #expect(found.count == 4 && found[1] == found[2])
    #expect(found.count == 4 && found[0] != found[1])
  }

  @Test func whatIsReadLaterIsNotWritten() throws {
    let x = Self.numbers(64, 65)
    let found = try Noted.alone {
      try addresses(x) { inputs in
        let y = apply(Noted(), inputs)[0]
        return [apply(Noted(), [y.relu()])[0], y]
      }
    }
    #expect(found.count == 4 && found[1] != found[2])
    // A view of what would be written, another type, a larger result, and a number of the program.
    try replay([x], "view") { inputs in
      let y = inputs[0].exp()
      let turned = y.transposed()
      return [y.relu(), turned.contiguous() + 1]
    }
    try replay([x], "turned") { [($0[0].exp().transposed() + $0[0].transposed().contiguous()).tanh()] }
    try replay([x, Self.numbers(65, seed: 3)], "row") { [$0[0] * $0[1].exp().sin()] }
    try replay([x], "part") { [$0[0].exp().sliced(axis: 0, from: 3, to: 7).tanh()] }
    try replay([x], "type") { [($0[0].exp() .> 1).converted(to: .float32) * $0[0]] }
    let weight = Self.numbers(64, 65, seed: 8)
    try replay([x], "constant") { [weight.relu() * $0[0], (weight + $0[0]).tanh()] }
    try replay([x], "twice") { inputs in
      let y = inputs[0].matmul(inputs[0].transposed())
      return [y * y]
    }
    try replay([Tensor(zeros: [0, 3])], "empty") { [$0[0].matmul(Tensor(zeros: [3, 4])).relu()] }
  }

  /// A profiler, a recording and the search for values that are not finite see every operation.
  @Test func whoLooksOnSeesTheOperations() throws {
    let (x, weight) = (Self.numbers(8, 8), Self.numbers(8, 8, seed: 2))
    let plan = try Plan(Program(recording: [x]) { [$0[0].matmul(weight).relu()] })
    let profile = try profile { _ = try plan.run([x]) }
    #expect(profile.description.contains("matmul") && profile.description.contains("relu"))
    let again = try Program(recording: [x]) { try plan.run($0) }
    #expect(again.steps.count == 2)
  }
}

/// Gives a copy of its input, and notes where both lie.
private struct Noted: TensorOperation {
  static let name = "notedOfATest"
  static let operands: Operands = ["x"]
  static let equation = "y = x"
  static let log = Mutex<[Int]>([])
  private static let turn = Mutex(())

  /// One test at a time.
  static func alone<Result>(_ body: () throws -> Result) throws -> Result { try turn.withLock { _ in try body() } }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let result = inputs[0].cloned()
    Self.log.withLock { $0 += [inputs[0].address, result.address] }
    return [result]
  }

  func saves(needs: [Bool]) -> Saves { [] }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { gradients }
  static let samples = [Sample(Noted(), .real([3]))]
}

extension Tensor {
  fileprivate var address: Int { Int(bitPattern: storage.pointer) }
}
