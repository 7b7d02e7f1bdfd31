/// The tests of the language: what may follow `is`.
enum TemplateTest: String, CaseIterable, Sendable {
  case odd, even, divisibleby, defined, undefined, filter, test, none, boolean, integer, float, lower, upper, string
  case mapping, number, sequence, iterable, callable, sameas, escaped
  case isTrue = "true"
  case isFalse = "false"
  case within = "in"
  case eq, equalto, ne, gt, greaterthan, ge, lt, lessthan, le

  /// The test of a name given as a text, as in `select("==", 1)`.
  init?(spelled name: String) {
    let symbols: [String: TemplateTest] = ["==": .eq, "!=": .ne, ">": .gt, ">=": .ge, "<": .lt, "<=": .le]
    guard let test = symbols[name] ?? TemplateTest(rawValue: name) else { return nil }
    self = test
  }
}
