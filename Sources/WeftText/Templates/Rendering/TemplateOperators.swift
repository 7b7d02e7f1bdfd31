#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension TemplateRenderer {
  private static let overflow = TemplateError(
    .overflow, expected: "whole numbers of 64 bits", found: "a result beyond them")
  private static let byZero = TemplateError(
    .divisionByZero, expected: "a divisor other than zero", found: "division by zero")

  private func unsupported(
    _ left: TemplateValue, _ kind: BinaryStep.Kind, _ right: TemplateValue
  ) -> TemplateError {
    for value in [left, right] { if case .undefined(let missing) = value { return missing.error } }
    return .wrongType(
      expected: "operands that '\(kind.rawValue)' takes",
      found: "unsupported operand type(s) for \(kind.rawValue): '\(left.typeName)' and '\(right.typeName)'")
  }

  func signed(_ value: TemplateValue, isNegative: Bool) throws(TemplateError) -> TemplateValue {
    if let number = value.integerValue {
      if !isNegative { return .integer(number) }
      guard number != .min else { throw Self.overflow }
      return .integer(-number)
    }
    if case .float(let number) = value { return .float(isNegative ? -number : number) }
    if case .undefined(let missing) = value { throw missing.error }
    throw .wrongType(
      expected: "a number", found: "bad operand type for unary \(isNegative ? "-" : "+"): '\(value.typeName)'")
  }

  func combine(
    _ left: TemplateValue, _ kind: BinaryStep.Kind, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    if let a = left.integerValue, let b = right.integerValue { return try combine(a, kind, b) }
    if let a = left.numberValue, let b = right.numberValue { return .float(try combine(a, kind, b)) }
    switch (kind, left, right) {
    case (_, .undefined(let missing), _) where !isFormat(kind, left): throw missing.error
    case (.add, .string(let a), .string(let b)): return try checked(a + b)
    case (.add, .list(let a), .list(let b)): return .list(try checked(a + b))
    case (.add, .tuple(let a), .tuple(let b)): return .tuple(try checked(a + b))
    case (.remainder, .string(let format), _): return try checked(try printf(format, right))
    case (.multiply, _, _):
      if let times = right.integerValue, let result = try repeated(left, times) { return result }
      if let times = left.integerValue, let result = try repeated(right, times) { return result }
      throw unsupported(left, kind, right)
    default: throw unsupported(left, kind, right)
    }
  }

  private func isFormat(_ kind: BinaryStep.Kind, _ left: TemplateValue) -> Bool {
    if case .string = left { return kind == .remainder }
    return false
  }

  private func repeated(_ value: TemplateValue, _ times: Int) throws(TemplateError) -> TemplateValue? {
    switch value {
    case .string(let text):
      let (length, overflows) = text.utf8.count.multipliedReportingOverflow(by: max(0, times))
      guard !overflows, length <= limits.textBytes else {
        throw .limit("textBytes", limits.textBytes, found: "a longer text")
      }
      return try checked(String(repeating: text, count: text.isEmpty ? 0 : max(0, times)))
    case .list(let items): return .list(try repeated(items, times))
    case .tuple(let items): return .tuple(try repeated(items, times))
    default: return nil
    }
  }

  private func repeated(_ items: [TemplateValue], _ times: Int) throws(TemplateError) -> [TemplateValue] {
    let (length, overflows) = items.count.multipliedReportingOverflow(by: max(0, times))
    guard !overflows, length <= limits.items else { throw .limit("items", limits.items, found: "a longer list") }
    if items.isEmpty { return [] }
    return try checked(Array(repeatElement(items, count: max(0, times)).joined()))
  }

  // MARK: Numbers

  private func combine(_ a: Int, _ kind: BinaryStep.Kind, _ b: Int) throws(TemplateError) -> TemplateValue {
    let result: (partialValue: Int, overflow: Bool)
    switch kind {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw Self.byZero }
      return .float(Double(a) / Double(b))
    case .floorDivide, .remainder:
      guard b != 0 else { throw Self.byZero }
      guard b != -1 else {
        if kind == .remainder { return .integer(0) }
        result = 0.subtractingReportingOverflow(a)
        break
      }
      let remainder = a % b
      let isInexact = remainder != 0 && (remainder < 0) != (b < 0)
      return .integer(kind == .remainder ? (isInexact ? remainder + b : remainder) : a / b - (isInexact ? 1 : 0))
    case .power:
      guard b >= 0 else { return .float(try combine(Double(a), kind, Double(b))) }
      result = power(a, b)
    }
    guard !result.overflow else { throw Self.overflow }
    return .integer(result.partialValue)
  }

  private func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
    if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
    if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
    guard exponent < 64 else { return (0, true) }
    var result = 1
    for _ in 0..<exponent {
      let (next, overflows) = result.multipliedReportingOverflow(by: base)
      if overflows { return (0, true) }
      result = next
    }
    return (result, false)
  }

  private func combine(_ a: Double, _ kind: BinaryStep.Kind, _ b: Double) throws(TemplateError) -> Double {
    switch kind {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .power:
      if a == 0, b < 0 { throw Self.byZero }
      if a < 0, b.isFinite, b != b.rounded() {
        throw TemplateError(.unsupported, expected: "a real result", found: "a power that is a complex number")
      }
      let result = pow(a, b)
      guard result.isFinite || !a.isFinite || !b.isFinite else {
        throw TemplateError(.overflow, expected: "a finite result", found: "one that is too large")
      }
      return result
    case .divide, .floorDivide, .remainder:
      guard b != 0 else { throw Self.byZero }
      if kind == .divide { return a / b }
      var remainder = a.truncatingRemainder(dividingBy: b)
      if remainder != 0, (remainder < 0) != (b < 0) { remainder += b }
      if remainder == 0 { remainder = b < 0 ? -0.0 : 0.0 }
      if kind == .remainder { return remainder }
      let quotient = (a - remainder) / b
      if quotient == 0 { return (a < 0) != (b < 0) ? -0.0 : 0.0 }
      let floored = quotient.rounded(.down)
      return quotient - floored > 0.5 ? floored + 1 : floored
    }
  }

  // MARK: Comparisons

  func holds(
    _ left: TemplateValue, _ kind: ComparisonStep.Kind, _ right: TemplateValue
  ) throws(TemplateError) -> Bool {
    if kind == .equal || kind == .unequal { try countComparison(left, right) }
    return switch kind {
    case .equal: left == right
    case .unequal: left != right
    case .within: try contains(right, left)
    case .notWithin: !(try contains(right, left))
    case .less: try isLess(left, right, "<")
    case .greater: try isLess(right, left, ">", isSwapped: true)
    case .lessOrEqual: try isLess(left, right, "<=", orEqual: true)
    case .greaterOrEqual: try isLess(right, left, ">=", orEqual: true, isSwapped: true)
    }
  }

  /// Counts what is read to tell whether two values are equal.
  private func countComparison(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) {
    switch (left, right) {
    case (.string(let a), .string(let b)) where a.utf8.count == b.utf8.count: try count(a.utf8.count / 64)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      guard a.count == b.count else { return }
      try count(a.count / 8)
      for (x, y) in zip(a, b) { try countComparison(x, y) }
    case (.dictionary(let a), .dictionary(let b)):
      guard a.count == b.count else { return }
      try count(a.count / 8)
      for (x, y) in zip(a.entries, b.entries) { try countComparison(x.value, y.value) }
    default: break
    }
  }

  /// Whether one value is in another, as Python's `in` has it.
  func contains(_ container: TemplateValue, _ value: TemplateValue) throws(TemplateError) -> Bool {
    switch container {
    case .string(let text):
      guard case .string(let part) = value else {
        throw .wrongType(
          expected: "a text to look for in a text",
          found: "'in <string>' requires string as left operand, not \(value.typeName)")
      }
      try count(text.utf8.count / 64)
      return UTF8Search.find(part, in: text) != nil
    case .dictionary(let dictionary): return dictionary[try TemplateKey.checked(value)] != nil
    case .list(let items), .tuple(let items):
      try count(items.count / 8)
      for item in items { try countComparison(item, value) }
      return items.contains(value)
    case .undefined: return false
    case .object(let object):
      guard let iterator = object.iterator() else { break }
      while let item = try iterator.next() { if item == value { return true } }
      return false
    default: break
    }
    throw .wrongType(
      expected: "something with items after 'in'", found: "argument of type '\(container.typeName)' is not iterable")
  }

  func isLess(
    _ left: TemplateValue, _ right: TemplateValue, _ symbol: String = "<", orEqual: Bool = false,
    isSwapped: Bool = false
  ) throws(TemplateError) -> Bool {
    if let a = left.integerValue, let b = right.integerValue { return orEqual ? a <= b : a < b }
    if let a = left.numberValue, let b = right.numberValue { return orEqual ? a <= b : a < b }
    switch (left, right) {
    case (.string(let a), .string(let b)):
      if sameScalars(a, b) { return orEqual }
      return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      for (x, y) in zip(a, b) where x != y { return try isLess(x, y, symbol, orEqual: orEqual, isSwapped: isSwapped) }
      return orEqual ? a.count <= b.count : a.count < b.count
    default:
      let (a, b) = isSwapped ? (right, left) : (left, right)
      for value in [a, b] { if case .undefined(let missing) = value { throw missing.error } }
      throw .wrongType(
        expected: "values that can be ordered",
        found: "'\(symbol)' not supported between instances of '\(a.typeName)' and '\(b.typeName)'")
    }
  }
}
