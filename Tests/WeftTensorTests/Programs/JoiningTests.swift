import Testing
import WeftTensor

/// Formulas that are run as one give what they give one by one: to the bit, and lying alike in memory.
@Suite struct JoiningTests {
  private static func numbers(_ sizes: Int..., seed: UInt64 = 1) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: seed))
  }

  private let x = Self.numbers(6, 7)
  private let y = Self.numbers(6, 7, seed: 2)
  private let z = Self.numbers(6, 7, seed: 3)

  /// Records a run, replays it on other numbers, and compares. What is run comes back, a line for each operation.
  @discardableResult
  private func replay(
    _ inputs: [Tensor], _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping ([Tensor]) -> [Tensor]
  ) throws -> String {
    let plan = try Plan(Program(recording: inputs, body))
    let others = inputs.map { $0.reshaped(-1).flipped(axes: [0]).reshaped(to: $0.shape).contiguous() }
    for inputs in [inputs, others] {
      let (found, right) = (try plan.run(inputs), noGrad { body(inputs) })
      for (found, right) in zip(found, right) {
        let isSame = found.spec == right.spec && found.strides == right.strides && found.hasBits(of: right)
        #expect(isSame, "\(name) \(plan)", sourceLocation: sourceLocation)
      }
    }
    return plan.description
  }

  // MARK: What is joined

  @Test func aChainIsOneOperation() throws {
    let text = try replay([x, y, z]) { [($0[0] * $0[1] + $0[2]).relu().tanh()] }
    #expect(text == "%6 = multiply → add → relu → tanh(%0, %1, %2)")
  }

  /// Whoever reads a value that is computed twice over is joined too, once both ways are.
  @Test func waysThatPartAndMeetAreOneOperation() throws {
    let text = try replay([x]) { inputs in
      let e = inputs[0].exp()
      return [(e + 1) * (e * e)]
    }
    #expect(text == "%5 = exp → add → multiply → multiply(%0, %2)")
  }

  /// Where eager rounds a product before a sum, the two are no multiply-add, though within a formula they are one; and a
  /// product that is a result of its own stays rounded when nobody reads it.
  @Test func whatWasRoundedApartStaysSo() throws {
    let (x, y, z) = (Self.numbers(4096), Self.numbers(4096, seed: 2), Self.numbers(4096, seed: 3))
    #expect(try replay([x, y, z]) { [$0[2] + $0[0] * $0[1]] }.contains("→"))
    let both = FormulaMap(
      formula: Formula(inputs: 3) { x, _ in [x[0] * x[1], x[0] * x[1] + x[2]] }, dtype: .float32)
    #expect(try replay([x, y, z]) { [-apply(both, $0)[1]] }.contains("map → negate"))
    let twice = FormulaMap(formula: Formula { x, y in x * y + y }, dtype: .float32)
    #expect(try replay([x, y]) { [apply(twice, [$0[0] * $0[1], $0[1]])[0]] }.contains("multiply → map"))
  }

  /// Numbers without axes, rows and columns, numbers of the program, other types, conversions, questions.
  @Test func operandsOfAllKindsAreRead() throws {
    let (row, column, one) = (Self.numbers(7, seed: 4), Self.numbers(6, 1, seed: 5), Self.numbers(1, seed: 6))
    #expect(try replay([x, row, column, one]) { [($0[0] * $0[1] + $0[2] - $0[3]).tanh() * 0.3] }.countLines == 1)
    let whole = Tensor(integers: [6, 7], in: -5..<6, using: RandomStream(seed: 7))
    #expect(try replay([x, whole]) { [($0[0] * $0[1] + 1).relu()] }.countLines == 1)
    #expect(try replay([x, y]) { [Tensor.where($0[0] .> $0[1], $0[0].exp(), $0[1])] }.countLines == 1)
    #expect(try replay([x]) { [($0[0].isNaN() .| ($0[0] .< 0)).converted(to: .float32) * 2] }.contains("→"))
    let half = x.converted(to: .bfloat16)
    let cast = try replay([half, y]) { [($0[0].converted(to: .float32) + $0[1]).converted(to: .bfloat16)] }
    #expect(cast.countLines == 1)
    let double = x.converted(to: .float64)
    #expect(try replay([double]) { [($0[0] * 0.1 + 3).exp().converted(to: .float32)] }.countLines == 1)
  }

  /// What is one number is computed with whatever reads it; a row would be computed again for every row that it meets.
  @Test func numbersAreJoinedAndRowsAreNot() throws {
    let (number, row) = (Self.numbers(seed: 3), Self.numbers(7, seed: 4))
    #expect(try replay([x, number]) { [$0[0] * ($0[1].exp() + 1)] }.countLines == 1)
    #expect(try replay([x, row]) { [$0[0] * $0[1].exp()] }.countLines == 2)
  }

  /// Results lie as the first operand of their shape does, which may be a view.
  @Test func resultsLieAsTheyDidInMemory() throws {
    let wide = Self.numbers(2, 3, 4, 5)
    let other = Self.numbers(2, 5, 3, 4, seed: 2)
    #expect(try replay([wide, other]) { [($0[0].permuted(0, 3, 1, 2) * $0[1]).tanh() + $0[1]] }.contains("→"))
    #expect(try replay([wide, other]) { [$0[1] - ($0[0].permuted(0, 3, 1, 2) * $0[1]).tanh()] }.contains("→"))
    #expect(try replay([wide]) { [($0[0].transposed(1, 3).sliced(axis: 1, from: 1, to: 4) * 2).exp()] }.contains("→"))
    #expect(try replay([wide]) { [($0[0].flipped(axes: [2]).transposed(0, 1) * 2).exp()] }.contains("→"))
    let thin = Self.numbers(2, 1, 4, 1)
    #expect(try replay([thin]) { [($0[0].transposed(0, 2).sliced(axis: 0, from: 1) * 2).exp()] }.contains("→"))
    #expect(try replay([x]) { [($0[0].sliced(axis: 0, to: 1).expanded(to: [6, 7]) * 2).exp() + $0[0]] }.contains("→"))
    // A product of a row and a column lies row by row, whatever meets it.
    let (column, row) = (Self.numbers(6, 1), Self.numbers(1, 7))
    let turned = try replay([column, row, Self.numbers(7, 6)]) { [$0[0] * $0[1] + $0[2].transposed()] }
    #expect(turned.countLines == 3)
  }

  @Test func emptyTensorsAreJoinedToo() throws {
    #expect(try replay([Tensor(zeros: [0, 3])]) { [($0[0] * 2).exp()] }.contains("multiply → exp"))
  }

  /// Every elementwise operation between two others, on its own samples.
  @Test func everyElementwiseOperationJoins() throws {
    var joined: Set<String> = []
    for type in OperationList.all where type is any ElementwiseOperation.Type {
      for (number, sample) in type.samples.enumerated() {
        for dtype in [DType.float32, .float64] {
          let inputs = sample.inputs.map { input in
            let drawn = input.draw(seed: 5)
            return drawn.dtype == .float64 ? drawn.converted(to: dtype) : drawn
          }
          let text = try replay(inputs, "\(type.name) \(number) \(dtype)") { inputs in
            let operands = inputs.map { $0.dtype == dtype ? -$0 : $0 }
            return apply(sample.operation, operands).map { result in
              if result.dtype == .bool { return Tensor.where(result, 0.5, 2) }
              return result.dtype.isFloatingPoint ? -result : result
            }
          }
          if text.contains("→") { joined.insert(type.name) }
        }
      }
    }
    #expect(joined.count > 90, "\(joined.sorted())")
  }

  // MARK: What is not joined

  @Test func whatIsReadElsewhereIsNotJoined() throws {
    let results = try replay([x]) { inputs in
      let doubled = inputs[0] * 2
      return [doubled.relu(), doubled]
    }
    #expect(results.countLines == 2)
    let other = try replay([x, y]) { inputs in
      let doubled = inputs[0] * 2
      return [doubled.relu() + doubled.matmul(inputs[1].transposed()).sum()]
    }
    #expect(!other.contains("multiply → relu"))
    #expect(try replay([x]) { [($0[0] * 2).reshaped(42).relu()] }.countLines == 3)
    #expect(try replay([x]) { [($0[0] * 2).sum(axis: 0).relu()] }.countLines == 3)
  }

  /// A number of a half type is rounded where it is written, integers wrap there, float32 among float64 is another number.
  @Test func whatMemoryRoundsIsNotJoined() throws {
    let half = x.converted(to: .bfloat16)
    let whole = Tensor(integers: [6, 7], in: -9..<9, using: RandomStream(seed: 1))
    #expect(try replay([half, half]) { [($0[0] * $0[1] + $0[0]).exp()] }.countLines == 3)
    #expect(try replay([whole, whole]) { [$0[0] * $0[1] + $0[0]] }.countLines == 2)
    #expect(try replay([x, y]) { [($0[0] * $0[1]).converted(to: .float16).converted(to: .float32)] }.countLines == 2)
    #expect(try replay([x]) { [($0[0] * 3).converted(to: .float64) * 0.1] }.countLines == 2)
    #expect(try replay([x]) { [($0[0] * 3).converted(to: .bool).converted(to: .float32) + 1] }.countLines == 2)
  }

  /// An operation of the user's may compute otherwise than its formula says.
  @Test func operationsOfOthersAreNotJoined() throws {
    #expect(try replay([x]) { [Doubled()($0[0] + 1).exp()] }.countLines == 3)
  }

  /// Of a long chain each piece is one operation; what reads more than the engine takes at once is several.
  @Test func theEnginesLimitsAreKept() throws {
    let chain = try replay([x]) { inputs in [(0..<400).reduce(inputs[0]) { x, _ in (x + 0.01).tanh() }] }
    #expect(chain.countLines > 1 && chain.countLines < 40)
    let many = (0..<70).map { Self.numbers(3, 5, seed: UInt64($0)) }
    let sum = try replay(many) { inputs in [inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }] }
    #expect(sum.countLines > 1 && sum.countLines < 10)
    // Values that all wait for each other: more than stay in the cache.
    let waiting = try replay([x]) { inputs in
      let made = (1...24).map { (inputs[0] + Double($0)).exp() }
      return [(0..<12).map { made[$0] * made[23 - $0] }.reduce(inputs[0]) { $1 / $0 }]
    }
    #expect(waiting.countLines > 1 && waiting.countLines < 40)
  }

  /// Doing it later would keep two operands in place of one result.
  @Test func noMoreMemoryIsHeld() throws {
    let text = try replay([x, y]) { inputs in
      let (a, b) = (inputs[0].softmax(axis: 0), inputs[1].softmax(axis: 1))
      let sum = a + b
      return [sum * inputs[0].softmax(axis: 1)]
    }
    #expect(text.countLines == 5)
  }

  // MARK: Who looks on

  @Test func aPlanThatIsRecordedIsTheProgram() throws {
    let program = try Program(recording: [x, y]) { [($0[0] * $0[1]).tanh() - $0[1]] }
    let plan = try Plan(program)
    #expect(plan.count == 1 && program.steps.count == 3)
    let again = try Program(recording: [x, y]) { try plan.run($0) }
    #expect(again == program && again.description == program.description)
  }

  @Test func aProfileSeesOneOperation() throws {
    let plan = try Plan(Program(recording: [x]) { [($0[0].exp() + 1).tanh()] })
    let profile = try profile { _ = try plan.run([x]) }
    #expect(profile.description.contains("map") && !profile.description.contains("tanh"))
  }
}

private struct Doubled: ElementwiseOperation {
  static let name = "doubledOfATest"
  static let formula = Formula { x in x * 2 }
  static let samples = [Sample(Doubled(), .real([3]))]
}

extension String {
  fileprivate var countLines: Int { split(separator: "\n").count }
}
