import Foundation
import WeftData
import WeftIO
import WeftTensor

/// A case of ONNX's official tests: a folder with `model.onnx` and sets of inputs and expected results.
package struct BackendCase {
  /// How a case ended.
  package enum Outcome: Sendable {
    case passed
    case failed(String)
    /// The model uses what Weft does not have.
    case unsupported([ONNXError.Problem])
  }

  package let folder: String
  private let limits: LoadLimits

  package init(_ folder: String, limits: LoadLimits = LoadLimits()) { (self.folder, self.limits) = (folder, limits) }

  /// The folders with a case: this one, or those directly in it, by name.
  /// - Throws: `DataFileError` where there is no such folder.
  package static func folders(in path: String) throws -> [String] {
    let files = FileManager.default
    if files.fileExists(atPath: "\(path)/model.onnx") { return [path] }
    guard let inside = try? files.contentsOfDirectory(atPath: path).sorted() else {
      throw DataFileError(.unreadable, file: path, expected: "a folder of cases", found: "none that can be read")
    }
    return inside.map { "\(path)/\($0)" }.filter { files.fileExists(atPath: "\($0)/model.onnx") }
  }

  /// Runs every set of inputs.
  package func run() -> Outcome {
    do {
      let loaded = try LoadedModel("\(folder)/model.onnx", limits: limits)
      let model = ONNXModel(loaded)
      let sets = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("test_data_set_") }
      guard !sets.isEmpty else { return .failed("no test_data_set_0 in the folder") }
      for name in sets.sorted() {
        if let difference = try difference(model, loaded, "\(folder)/\(name)") { return .failed(difference) }
      }
      return .passed
    } catch let error as ONNXError where error.code == .unsupported {
      return .unsupported(error.problems)
    } catch {
      return .failed("\(error)")
    }
  }

  /// What differs from the expected results of a set; nil where nothing does.
  private func difference(_ model: ONNXModel, _ loaded: LoadedModel, _ set: String) throws -> String? {
    let tolerance = Tolerance(besides: folder)
    var inputs: [String: ONNXValue] = [:]
    let graph = loaded.graph
    for (number, input) in graph.inputs.filter({ !$0.hasDefault }).enumerated() {
      let path = "\(set)/input_\(number).pb"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      inputs[input.name] = try ValueReader(path, limits: limits).value(of: input.type)
    }
    let results = try noGrad { try model.run(inputs) }
    var compared = 0
    for (number, output) in graph.outputs.enumerated() {
      let path = "\(set)/output_\(number).pb"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let expected = try ValueReader(path, limits: limits).value(of: output.type)
      guard let result = results[output.name] else { return "no result \"\(output.name)\"" }
      if let difference = tolerance.difference(result, expected) { return "\(output.name): \(difference)" }
      compared += 1
    }
    return compared > 0 ? nil : "no output_0.pb in \(set), so nothing was compared"
  }
}

/// How far a result may lie from the expected one.
private struct Tolerance {
  private var relative = 1e-3
  private var absolute = 1e-7

  /// What a case's `data.json` says.
  init(besides folder: String) {
    guard let data = FileManager.default.contents(atPath: "\(folder)/data.json"),
      let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return }
    relative = values["rtol"] as? Double ?? relative
    absolute = values["atol"] as? Double ?? absolute
  }

  func difference(_ result: ONNXValue, _ expected: ONNXValue) -> String? {
    switch (result, expected) {
    case (.none, .none): return nil
    case (.sequence(let some), .sequence(let others)):
      guard some.count == others.count else { return "\(some.count) values, expected \(others.count)" }
      return zip(some, others).lazy.compactMap { difference($0, $1) }.first
    case (.tensor(let some), .tensor(let other)): return difference(some, other)
    case (.texts(let some), .texts(let other)):
      guard some.shape == other.shape else { return "\(result), expected \(expected)" }
      let place = some.elements.indices.first { !some.elements[$0].utf8.elementsEqual(other.elements[$0].utf8) }
      return place.map { "\"\(some.elements[$0])\" at element \($0), expected \"\(other.elements[$0])\"" }
    default: return "\(result), expected \(expected)"
    }
  }

  private func difference(_ result: Tensor, _ expected: Tensor) -> String? {
    guard result.spec == expected.spec else { return "\(result.spec), expected \(expected.spec)" }
    let relative = expected.dtype == .bfloat16 ? max(relative, 0x1p-6) : relative
    let (some, others) = (result.scalars(as: Double.self), expected.scalars(as: Double.self))
    var worst: (place: Int, distance: Double)?
    for (place, (a, b)) in zip(some, others).enumerated() where !(a == b || a.isNaN && b.isNaN) {
      let distance = abs(a - b)
      if distance <= absolute + relative * abs(b), distance.isFinite { continue }
      if worst.map({ distance > $0.distance || !distance.isFinite }) ?? true { worst = (place, distance) }
    }
    return worst.map { "\(some[$0.place]) at element \($0.place), expected \(others[$0.place])" }
  }
}
