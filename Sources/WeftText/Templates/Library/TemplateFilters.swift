extension TemplateRenderer {
  func apply(
    _ filter: TemplateFilter, to value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    try count()
    let name = filter.rawValue
    switch filter {
    case .map: return try mapped(value, arguments)
    case .select, .selectattr, .reject, .rejectattr: return try chosen(value, arguments, filter)
    case .fallback, .d:
      let values = try arguments.bound(to: ["default_value", "boolean"], of: name)
      let isReplaced = value.isUndefined || (values[1]?.isTrue ?? false) && !value.isTrue
      return isReplaced ? values[0] ?? "" : value
    case .tojson: return try json(value, arguments)
    case .batch, .slice, .unique, .groupby, .sort, .dictsort, .sum, .min, .max, .join:
      return try applyToItems(filter, value, arguments)
    case .trim, .replace, .indent, .truncate, .center, .wordcount, .striptags, .urlencode, .xmlattr, .format, .title:
      return try applyToText(filter, value, arguments)
    case .int, .float, .abs, .round, .filesizeformat: return try applyToNumber(filter, value, arguments)
    case .attr:
      let attribute = try text(try arguments.bound(to: ["name"], required: 1, of: name)[0], of: name)
      if case .dictionary = value, !hasMethod(value, attribute) {
        return .undefined(TemplateUndefined(.attribute(attribute, of: value.ownerName)))
      }
      return try self.attribute(attribute, of: value)
    case .pprint, .random, .urlize, .wordwrap:
      throw TemplateError(.unsupported, expected: "a filter that is supported", found: "'\(name)'")
    default: break
    }
    _ = try arguments.bound(to: [], of: name)
    return try applySimple(filter, value)
  }

  /// Filters that take nothing more than the value.
  private func applySimple(_ filter: TemplateFilter, _ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch filter {
    case .upper: return try checked(try printed(value).pythonUpper)
    case .lower: return try checked(try printed(value).pythonLower)
    case .capitalize: return try checked(try printed(value).pythonCapitalized)
    case .string, .safe: return .string(try printed(value))
    case .e, .escape, .forceescape: return try checked(Self.escaped(try printed(value)))
    case .length, .count: return .integer(try length(of: value))
    case .list: return .list(try checked(try items(of: value)))
    case .first:
      let iterator = try iterator(over: value)
      return try iterator.next() ?? .undefined(TemplateUndefined(.hint("No first item, sequence was empty.")))
    case .last: return try last(of: value)
    case .reverse: return try reversed(value)
    case .items:
      switch value {
      case .dictionary(let items):
        return .object(TemplateIterator(ViewObject(.items, of: items).items, name: "generator"))
      case .undefined: return .object(TemplateIterator([], name: "generator"))
      default:
        throw .wrongType(expected: "a mapping for 'items'", found: "Can only get item pairs from a mapping.")
      }
    default: throw TemplateError(.unsupported, expected: "a filter that is supported", found: "'\(filter.rawValue)'")
    }
  }

  private func last(of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if case .object(let object) = value, object is TemplateIterator {
      throw .wrongType(
        expected: "something that can be reversed", found: "'\(value.typeName)' object is not reversible")
    }
    return try items(of: value).last ?? .undefined(TemplateUndefined(.hint("No last item, sequence was empty.")))
  }

  private func reversed(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if case .string(let text) = value {
      return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
    }
    let items = Array(try items(of: value).reversed())
    switch value {
    case .object(let object) where object is TemplateIterator: return .list(items)
    case .undefined: return .list([])
    default: return .object(TemplateIterator(items, name: "list_reverseiterator"))
    }
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  // MARK: map, select and their kin

  private func mapped(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    guard value.isTrue else { return .object(TemplateIterator([], name: "generator")) }
    let source = LazySource(self, value)
    if arguments.positional.isEmpty, let attribute = arguments.keywords["attribute"] {
      let fallback = arguments.keywords["default"]
      let path = try attributePath(attribute)
      return .object(
        TemplateIterator { [unowned self] () throws(TemplateError) in
          guard let item = try source.next() else { return nil }
          return try self.value(at: path, of: item, fallback: fallback)
        })
    }
    return .object(
      TemplateIterator { [unowned self] () throws(TemplateError) in
        guard let first = arguments.positional.first else {
          throw .wrongType(expected: "a filter for 'map'", found: "map requires a filter argument")
        }
        guard let item = try source.next() else { return nil }
        guard let filter = first.stringValue.flatMap({ TemplateFilter(rawValue: $0) }) else {
          throw TemplateError(.syntax, expected: "the name of a filter", found: "'\(try printed(first))'")
        }
        var rest = arguments
        rest.positional.removeFirst()
        return try apply(filter, to: item, rest)
      })
  }

  private func chosen(
    _ value: TemplateValue, _ arguments: CallValues, _ filter: TemplateFilter
  ) throws(TemplateError) -> TemplateValue {
    guard value.isTrue else { return .object(TemplateIterator([], name: "generator")) }
    let source = LazySource(self, value)
    let isWanted = filter == .select || filter == .selectattr
    var rest = arguments
    var path: [TemplateValue] = []
    let hasAttribute = filter == .selectattr || filter == .rejectattr
    let isMissing = hasAttribute && rest.positional.isEmpty
    if hasAttribute, !isMissing { path = try attributePath(rest.positional.removeFirst()) }
    let name = rest.positional.first
    if name != nil { rest.positional.removeFirst() }
    return .object(
      TemplateIterator { [unowned self, rest] () throws(TemplateError) in
        if isMissing {
          throw .wrongType(expected: "an attribute's name", found: "Missing parameter for attribute name")
        }
        while let item = try source.next() {
          try count()
          let tested = try self.value(at: path, of: item, fallback: nil)
          if try holds(name, tested, rest) == isWanted { return item }
        }
        return nil
      })
  }

  private func holds(
    _ name: TemplateValue?, _ value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> Bool {
    guard let name else { return value.isTrue }
    guard let test = name.stringValue.flatMap({ TemplateTest(spelled: $0) }) else {
      throw TemplateError(.syntax, expected: "the name of a test", found: "'\(try printed(name))'")
    }
    return try self.test(test, value, arguments)
  }

  /// The parts of an attribute such as `address.city` or `0`.
  func attributePath(_ attribute: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    switch attribute {
    case .none: []
    case .string(let text):
      text.split(by: ".", limit: -1).map { part in
        part.all(\.isPythonDigit) ? Int(part).map { .integer($0) } ?? .string(part) : .string(part)
      }
    default: [attribute]
    }
  }

  func value(
    at path: [TemplateValue], of item: TemplateValue, fallback: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    var value = item
    for part in path {
      value = try self.item(part, of: value)
      if value.isUndefined, let fallback, fallback != .none { value = fallback }
    }
    return value
  }
}

/// The items of a value, looked for when the first one is wanted.
private final class LazySource {
  private let renderer: TemplateRenderer
  private let value: TemplateValue
  private var iterator: TemplateIterator?

  init(_ renderer: TemplateRenderer, _ value: TemplateValue) {
    self.renderer = renderer
    self.value = value
  }

  func next() throws(TemplateError) -> TemplateValue? {
    if iterator == nil { iterator = try renderer.iterator(over: value) }
    return try iterator?.next()
  }
}
