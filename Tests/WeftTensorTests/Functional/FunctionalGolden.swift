import struct Foundation.Data
import class Foundation.JSONDecoder
import struct Foundation.URL
import Testing
import WeftContract
import WeftTensor

/// What torch.nn.functional computed for one call (`Goldens/make_functional.py`).
struct FunctionalGolden: Decodable, Sendable, CustomTestStringConvertible {
  let call: String
  let options: [String: Option]
  let inputs: [String: HeavyGolden.Values]
  let outputs: [HeavyGolden.Values]
  let seeds: [HeavyGolden.Values]
  let gradients: [String: HeavyGolden.Values]

  var testDescription: String { "\(call) \(options.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })" }

  /// An argument that is no tensor.
  enum Option: Decodable, Sendable {
    case flag(Bool)
    case text(String)
    case numbers([Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Double.self) {
        self = .numbers([number])
      } else {
        self = .numbers(try container.decode([Double].self))
      }
    }
  }

  /// The cases of a file.
  static func cases(_ name: String) -> [FunctionalGolden] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/functional/\(name).json")
    do {
      return try JSONDecoder().decode([FunctionalGolden].self, from: Data(contentsOf: file))
    } catch {
      Issue.record("\(file.path): \(error)")
      return []
    }
  }

  /// Expects `function` to give PyTorch's results and gradients.
  func check(in dtype: DType = .float64, _ function: (FunctionalCall) throws -> [Tensor]) throws {
    let tolerance = dtype == .float64 ? Tolerance.golden : 2e-4
    let leaves = inputs.mapValues { values in
      let tensor = values.tensor
      return tensor.dtype == .float64 ? tensor.converted(to: dtype).requiringGrad() : tensor
    }
    let results = try withTensorErrors { try function(FunctionalCall(golden: self, tensors: leaves)) }
    #expect(results.count == outputs.count)
    for (result, wanted) in zip(results, outputs) { expectAgree(result, wanted.tensor, within: tolerance, label) }
    let recorded = results.filter { $0.dtype.isFloatingPoint && $0.requiresGrad }
    guard !seeds.isEmpty, recorded.count == seeds.count else {
      #expect(seeds.isEmpty, "\(label): \(recorded.count) results with a gradient")
      return
    }
    let losses = zip(recorded, seeds).map { ($0 * $1.tensor.converted(to: dtype)).sum() }
    losses.dropFirst().reduce(losses[0], +).backward()
    for (name, wanted) in gradients {
      let gradient = leaves[name]?.grad ?? wanted.tensor.zerosLike()
      expectAgree(gradient, wanted.tensor, within: tolerance, "\(label), gradient of \(name)")
    }
  }

  private var label: String { "\(testDescription) of \(inputs.mapValues(\.shape))" }
}

/// The tensors and options of a golden, by name; one that is missing fails the test.
struct FunctionalCall {
  let golden: FunctionalGolden
  let tensors: [String: Tensor]

  subscript(name: String) -> Tensor { GoldenInputs(tensors: tensors)[name] }
  func optional(_ name: String) -> Tensor? { tensors[name] }

  func flag(_ name: String) -> Bool {
    if case .flag(let value) = golden.options[name] { return value }
    Issue.record("\(golden.testDescription) has no flag \(name)")
    return false
  }

  func text(_ name: String) -> String {
    if case .text(let value) = golden.options[name] { return value }
    Issue.record("\(golden.testDescription) has no text \(name)")
    return ""
  }

  func numbers(_ name: String) -> [Double] {
    optionalNumbers(name)
      ?? {
        Issue.record("\(golden.testDescription) has no numbers \(name)")
        return [0]
      }()
  }

  func optionalNumbers(_ name: String) -> [Double]? {
    if case .numbers(let values) = golden.options[name] { return values }
    return nil
  }

  func integers(_ name: String) -> [Int] { numbers(name).map { Int($0) } }
  func axes(_ name: String) -> PerAxis { PerAxis(integers(name)) }
}
