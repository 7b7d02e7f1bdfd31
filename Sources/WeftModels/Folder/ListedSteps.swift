import WeftText

extension ModelFolder {
  /// The steps of `modules.json`; none where there is no such file.
  func listedSteps() throws(ModelError) -> [ModelConfiguration] {
    guard has("modules.json") else { return [] }
    let file = self.file("modules.json")
    guard case .array(let values) = try ModelConfiguration.value(ModelConfiguration.bytes(of: file), file) else {
      throw ModelError(.syntax, file: file, expected: "an array of steps", found: "another value")
    }
    guard values.count <= 64 else {
      throw ModelError(.badValue, file: file, expected: "at most 64 steps", found: "\(values.count)")
    }
    var steps: [ModelConfiguration] = []
    for (index, value) in values.enumerated() {
      guard case .object(let entries) = value else {
        throw ModelError(.syntax, file: file, path: "[\(index)]", expected: "an object", found: value.kind)
      }
      steps.append(ModelConfiguration(entries, file: file, path: "[\(index)]"))
    }
    return steps
  }
}
