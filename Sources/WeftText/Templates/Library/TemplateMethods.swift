extension TemplateRenderer {
  private static let textMethods: Set<String> = [
    "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format", "format_map", "index",
    "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable",
    "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
    "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith",
    "strip", "swapcase", "title", "translate", "upper", "zfill", "encode", "maketrans",
  ]
  private static let dictionaryMethods: Set<String> = ["copy", "fromkeys", "get", "items", "keys", "values"]
  private static let listMethods: Set<String> = ["copy", "count", "index"]
  private static let listMutations: Set<String> = [
    "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove",
  ]
  private static let dictionaryMutations: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]

  func hasMethod(_ value: TemplateValue, _ name: String) -> Bool {
    switch value {
    case .string: Self.textMethods.contains(name)
    case .dictionary: Self.dictionaryMethods.contains(name)
    case .list: Self.listMethods.contains(name)
    case .tuple: name == "count" || name == "index"
    default: false
    }
  }

  /// Whether a method would change the value, which the sandbox forbids.
  func isMutation(_ name: String, of value: TemplateValue) -> Bool {
    switch value {
    case .dictionary: Self.dictionaryMutations.contains(name)
    case .list: Self.listMutations.contains(name)
    default: false
    }
  }

  func callMethod(
    _ name: String, of value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    switch value {
    case .string(let text): return try callMethod(name, of: text, arguments)
    case .dictionary(let items): return try callMethod(name, of: items, arguments)
    case .list(let items), .tuple(let items):
      if name == "copy" { return value }
      let wanted = try arguments.bound(to: ["value", "start", "stop"], required: 1, of: name)[0] ?? .none
      if name == "count" { return .integer(items.count { $0 == wanted }) }
      guard let place = items.firstIndex(of: wanted) else {
        throw .badValue(expected: "a value that is in the list", found: "\(try represented(wanted)) is not in list")
      }
      return .integer(place)
    case .object(let object): return try callMethod(name, of: object, arguments)
    case .integer(let number):
      return .integer(Int.bitWidth - number.magnitude.leadingZeroBitCount)
    case .float(let number): return .bool(number == number.rounded())
    default: throw .wrongType(expected: "a method", found: "'\(name)'")
    }
  }

  private func callMethod(
    _ name: String, of object: TemplateObject, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    switch object {
    case let loop as LoopObject where name == "cycle":
      guard !arguments.positional.isEmpty else {
        throw .wrongType(expected: "items for 'loop.cycle'", found: "no items for cycling given")
      }
      return arguments.positional[max(0, loop.index0) % arguments.positional.count]
    case let loop as LoopObject:
      guard loop.lastChanged != arguments.positional else { return .bool(false) }
      loop.lastChanged = arguments.positional
      return .bool(true)
    case let cycler as CyclerObject:
      let current = cycler.items[cycler.place]
      cycler.place = name == "reset" ? 0 : (cycler.place + 1) % cycler.items.count
      return name == "reset" ? .none : current
    default: throw .wrongType(expected: "a method", found: "'\(name)'")
    }
  }

  private func callMethod(
    _ name: String, of items: TemplateDictionary, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "get":
      guard arguments.keywords.isEmpty else {
        throw .wrongType(expected: "no named arguments for 'get'", found: "dict.get() takes no keyword arguments")
      }
      let values = try arguments.bound(to: ["key", "default"], required: 1, of: "get")
      return items[try TemplateKey.checked(values[0] ?? .none)] ?? values[1] ?? TemplateValue.none
    case "fromkeys":
      let values = try arguments.bound(to: ["iterable", "value"], required: 1, of: "fromkeys")
      var result = TemplateDictionary()
      for key in try self.items(of: values[0] ?? .none) {
        result[try TemplateKey.checked(key)] = values[1] ?? TemplateValue.none
      }
      return .dictionary(result)
    default: break
    }
    _ = try arguments.bound(to: [], of: name)
    switch name {
    case "items": return .object(ViewObject(.items, of: items))
    case "keys": return .object(ViewObject(.keys, of: items))
    case "values": return .object(ViewObject(.values, of: items))
    default: return .dictionary(items)
    }
  }
}
