import Foundation
import Testing
import WeftTensor

@Suite struct ProgramCodingTests {
  private static func program() throws -> Program {
    let (weight, x) = (Tensor([[1.0, 2], [3, 4]]), Tensor([[1.0, -2], [3, 4]]))
    return try Program(recording: [x]) {
      let product = $0[0].matmul(weight) * 2.0
      return [product.clamped(low: -.infinity, high: 5).reshaped(4), $0[0]]
    }
  }

  @Test func aProgramIsReadAsItWasWritten() throws {
    let program = try Self.program()
    let read = try JSONDecoder().decode(Program.self, from: JSONEncoder().encode(program))
    #expect(read == program && read.description == program.description)
    let x = Tensor([[0.5, 1], [2, 3]])
    #expect(try Plan(read).run([x])[0].elementsEqual(Plan(program).run([x])[0]))
  }

  @Test func aFormulaCannotBeWritten() throws {
    let map = FormulaMap(formula: Formula { x in x * x }, dtype: .float32)
    let program = try Program(recording: [Tensor([1.0])]) { [apply(map, $0)[0]] }
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(program) }
  }

  /// Each a change to the text of a good program.
  @Test(arguments: [
    (#""operation":"matmul""#, #""operation":"nonsense""#), (#""operation":"matmul""#, #""operation":"exp""#),
    (#""slots":[0,1]"#, #""slots":[0,99]"#), (#""slots":[0,1]"#, #""slots":[0,-1]"#),
    (#""slots":[0,1]"#, #""slots":[0]"#), (#""slots":[0,1]"#, #""slots":[5,1]"#),
    (#""outputs":[2]"#, #""outputs":[0]"#), (#""outputs":[2]"#, #""outputs":[]"#),
    (#""outputs":[2]"#, #""outputs":[99]"#), (#""results":{"slots":["#, #""results":{"slots":[77,"#),
    (#""slots":[{"dtype":"float32","shape":[2,2]}"#, #""slots":[{"dtype":"float32","shape":[2,3]}"#),
    (#""slots":[{"dtype":"float32","shape":[2,2]}"#, #""slots":[{"dtype":"float32","shape":[-2,2]}"#),
    (#""slots":[{"dtype":"float32","shape":[2,2]}"#, #""slots":[{"dtype":"float32","shape":[9223372036854775807,9]}"#),
    (#""slots":[{"dtype":"float32""#, #""slots":[{"dtype":"float99""#), (#""shape":[4]"#, #""shape":[5]"#),
  ])
  func whatIsNoProgramIsRefused(_ change: (from: String, to: String)) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(Self.program()), as: UTF8.self)
    let changed = text.replacingOccurrences(of: change.from, with: change.to)
    #expect(changed != text, "\(text)")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Program.self, from: Data(changed.utf8)) }
  }

  /// The attributes of every operation survive being taken apart.
  @Test func attributesArePutTogetherAgain() throws {
    func check<Kind: TensorOperation>(_ operation: Kind) throws {
      #expect(try AttributeTree(operation).decoded(as: Kind.self) == operation, "\(Kind.name)")
    }
    for kind in OperationList.all {
      for sample in kind.samples
      where !Mirror(reflecting: sample.operation).children.contains(where: { $0.value is Formula }) {
        try check(sample.operation)
      }
    }
  }
}
