extension TemplateRenderer {
  /// What Python's `str` gives.
  func printed(_ value: TemplateValue) throws(TemplateError) -> String {
    switch value {
    case .string(let text): text
    case .undefined: ""
    default: try represented(value)
    }
  }

  /// What Python's `repr` gives.
  func represented(_ value: TemplateValue) throws(TemplateError) -> String {
    var writer = PythonWriter(limits: limits)
    try writer.represent(value)
    try count(writer.text.utf8.count / 64)
    return writer.text
  }
}
