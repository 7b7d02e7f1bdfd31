extension TemplateTest {
  /// The comparison that the test is, if it is one.
  var comparison: ComparisonStep.Kind? {
    switch self {
    case .eq, .equalto: .equal
    case .ne: .unequal
    case .gt, .greaterthan: .greater
    case .ge: .greaterOrEqual
    case .lt, .lessthan: .less
    case .le: .lessOrEqual
    case .within: .within
    default: nil
    }
  }
}

extension TemplateRenderer {
  func test(_ test: TemplateTest, _ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> Bool {
    if let comparison = test.comparison {
      return try holds(value, comparison, try argument(arguments, of: test))
    }
    switch test {
    case .sameas: return isSame(value, try argument(arguments, of: test))
    case .divisibleby:
      return try combine(value, .remainder, try argument(arguments, of: test)) == 0
    default: break
    }
    _ = try arguments.bound(to: [], of: test.rawValue)
    switch test {
    case .defined: return !value.isUndefined
    case .undefined: return value.isUndefined
    case .odd: return try combine(value, .remainder, 2) == 1
    case .even: return try combine(value, .remainder, 2) == 0
    case .filter: return value.stringValue.flatMap { TemplateFilter(rawValue: $0) } != nil
    case .test: return value.stringValue.flatMap { TemplateTest(spelled: $0) } != nil
    case .lower: return try printed(value).isCased(upper: false)
    case .upper: return try printed(value).isCased(upper: true)
    default: return isOfKind(test, value)
    }
  }

  private func argument(_ arguments: CallValues, of test: TemplateTest) throws(TemplateError) -> TemplateValue {
    try arguments.bound(to: ["other"], required: 1, of: test.rawValue)[0] ?? .none
  }

  private func isOfKind(_ test: TemplateTest, _ value: TemplateValue) -> Bool {
    switch (test, value) {
    case (.none, .none), (.boolean, .bool), (.integer, .integer), (.float, .float), (.string, .string),
      (.mapping, .dictionary), (.number, .integer), (.number, .float), (.number, .bool), (.isTrue, .bool(true)),
      (.isFalse, .bool(false)), (.callable, .function):
      return true
    case (.sequence, .string), (.sequence, .list), (.sequence, .tuple), (.sequence, .dictionary): return true
    case (.sequence, .object(let object)): return object is RangeObject || object is GroupObject
    case (.iterable, .string), (.iterable, .list), (.iterable, .tuple), (.iterable, .dictionary): return true
    case (.iterable, .undefined), (.callable, .undefined), (.sequence, .undefined): return true
    case (.iterable, .object(let object)): return object.iterator() != nil || object is LoopObject
    case (.callable, .object(let object)):
      return object is MacroObject || object is MethodObject || object is BuiltinObject || object is JoinerObject
        || object is LoopObject
    default: return false
    }
  }

  /// Python's `is`, as far as it follows from values: numbers, texts and constants are the same where they are equal.
  private func isSame(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.bool, .bool), (.integer, .integer), (.string, .string), (.none, .none), (.float, .float):
      return left == right
    case (.object(let a), .object(let b)): return a === b
    case (.list(let a), .list(let b)):
      return a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { a.baseAddress == $0.baseAddress && !a.isEmpty }
      }
    default: return false
    }
  }
}
