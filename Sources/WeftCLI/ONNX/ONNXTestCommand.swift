import ArgumentParser
import Weft
import WeftONNX

struct ONNXTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run test cases in the layout of ONNX's official ones.",
    discussion: """
      A case is a folder with model.onnx and test_data_set_0, test_data_set_1 and so on, each with input_0.pb, \
      output_0.pb and so on. Results may differ by 1e-3 of the expected value and 1e-7 (bfloat16 by 2^-6), unless a \
      data.json in the folder gives rtol and atol. The exit status is 1 if a case failed; what is unsupported has not.
      """)

  @Argument(help: "Folders of a case, or of many.")
  var folders: [String]
  @Flag(help: "Name every case, also those that passed.")
  var verbose = false

  func run() throws {
    var (passed, failed) = (0, 0)
    var lacks: [String: Int] = [:]
    var unsupported = 0
    for folder in try folders.flatMap({ try BackendCase.folders(in: $0) }) {
      let name = shown(folder)
      switch BackendCase(folder).run() {
      case .passed:
        passed += 1
        if verbose { print("passed       \(name)") }
      case .failed(let reason):
        failed += 1
        print("failed       \(name): \(shown(reason))")
      case .unsupported(let problems):
        unsupported += 1
        for lack in Set(problems.map(Self.lack)) { lacks[lack, default: 0] += 1 }
        if verbose { print("unsupported  \(name): \(problems.map { shown("\($0)") }.joined(separator: "; "))") }
      }
    }
    guard passed + failed + unsupported > 0 else { throw CommandFailure("no folder with a model.onnx") }
    if !lacks.isEmpty {
      print("unsupported, by what is lacking:")
      for (lack, count) in lacks.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        print("  \(count)  \(shown(lack))")
      }
    }
    print("\(passed) passed, \(failed) failed, \(unsupported) unsupported")
    if failed > 0 { throw CommandFailure("\(failed) of \(passed + failed + unsupported) cases failed") }
  }

  /// What several cases may lack together.
  private static func lack(_ problem: ONNXError.Problem) -> String {
    if !problem.operatorName.isEmpty { return "\(problem.operatorName): \(problem.reason)" }
    // A value's name says nothing about others.
    return problem.reason.split(separator: "\"").enumerated().filter { $0.offset != 1 }.map { String($0.element) }
      .joined(separator: "...")
  }
}
