extension TemplateRenderer {
  /// Filters over several items.
  func applyToItems(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    switch filter {
    case .join:
      let values = try arguments.bound(to: ["d", "attribute"], of: name)
      let path = try attributePath(values[1] ?? .none)
      let separator = try printed(values[0] ?? "")
      var text = ""
      for (place, item) in try items(of: value).enumerated() {
        let part = try printed(try self.value(at: path, of: item, fallback: nil))
        try append(part, to: &text, separator: separator, isFirst: place == 0)
      }
      return try checked(text)
    case .sum:
      let values = try arguments.bound(to: ["attribute", "start"], of: name)
      let path = try attributePath(values[0] ?? .none)
      var sum = values[1] ?? 0
      if case .string = sum { throw .wrongType(expected: "numbers to sum", found: "sum() can't sum strings") }
      for item in try items(of: value) {
        sum = try combine(sum, .add, try self.value(at: path, of: item, fallback: nil))
      }
      return sum
    case .min, .max: return try extreme(value, arguments, isMax: filter == .max)
    case .sort:
      let values = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: name)
      return .list(try sorted(value, values))
    case .dictsort: return .list(try dictionarySorted(value, arguments))
    case .unique: return try unique(value, arguments)
    case .groupby: return .list(try grouped(value, arguments))
    default: return try parted(filter, value, arguments)
    }
  }

  private func folded(_ value: TemplateValue, _ isCaseSensitive: Bool) -> TemplateValue {
    if !isCaseSensitive, case .string(let text) = value { return .string(text.pythonLower) }
    return value
  }

  /// A stable sort, which keeps the order of equal keys also when reversed.
  private func sort(
    _ items: [(key: TemplateValue, item: TemplateValue)], reverse: Bool
  ) throws(TemplateError) -> [TemplateValue] {
    try count(items.count * 4)
    var failure: TemplateError?
    func precedes(_ a: TemplateValue, _ b: TemplateValue) -> Bool {
      do { return try isLess(a, b) } catch {
        failure = failure ?? error
        return false
      }
    }
    let order = items.indices.sorted { a, b in
      let (x, y) = (items[a].key, items[b].key)
      if precedes(reverse ? y : x, reverse ? x : y) { return true }
      return !precedes(reverse ? x : y, reverse ? y : x) && a < b
    }
    if let failure { throw failure }
    return order.map { items[$0].item }
  }

  private func sorted(_ value: TemplateValue, _ values: [TemplateValue?]) throws(TemplateError) -> [TemplateValue] {
    var paths: [[TemplateValue]] = []
    if case .string(let names) = values[2] {
      for name in names.split(by: ",", limit: -1) { paths.append(try attributePath(.string(name))) }
    } else {
      paths = [try attributePath(values[2] ?? .none)]
    }
    var keyed: [(key: TemplateValue, item: TemplateValue)] = []
    for item in try items(of: value) {
      var keys: [TemplateValue] = []
      for path in paths {
        keys.append(folded(try self.value(at: path, of: item, fallback: nil), values[1]?.isTrue ?? false))
      }
      keyed.append((.list(keys), item))
    }
    return try sort(keyed, reverse: values[0]?.isTrue ?? false)
  }

  private func dictionarySorted(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError)
    -> [TemplateValue]
  {
    let values = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
    let by = values[1] ?? "key"
    guard by == "key" || by == "value" else {
      throw .badValue(expected: "'key' or 'value' as 'by' of 'dictsort'", found: try represented(by))
    }
    guard case .dictionary(let items) = value else {
      if case .undefined(let missing) = value { throw missing.error }
      throw .wrongType(expected: "a mapping for 'dictsort'", found: "a \(value.typeName)")
    }
    let keyed = items.entries.map { entry in
      (
        key: folded(by == "key" ? entry.key : entry.value, values[0]?.isTrue ?? false),
        item: TemplateValue.tuple([entry.key, entry.value])
      )
    }
    return try sort(keyed, reverse: values[2]?.isTrue ?? false)
  }

  private func extreme(
    _ value: TemplateValue, _ arguments: CallValues, isMax: Bool
  ) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: isMax ? "max" : "min")
    let path = try attributePath(values[1] ?? .none)
    var best: (key: TemplateValue, item: TemplateValue)?
    for item in try items(of: value) {
      let key = folded(try self.value(at: path, of: item, fallback: nil), values[0]?.isTrue ?? false)
      if let current = best, try !(isMax ? isLess(current.key, key) : isLess(key, current.key)) { continue }
      best = (key, item)
    }
    return best?.item ?? .undefined(TemplateUndefined(.hint("No aggregated item, sequence was empty.")))
  }

  private func unique(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
    let path = try attributePath(values[1] ?? .none)
    var seen: Set<TemplateKey> = []
    var result: [TemplateValue] = []
    for item in try items(of: value) {
      let key = folded(try self.value(at: path, of: item, fallback: nil), values[0]?.isTrue ?? false)
      if seen.insert(TemplateKey(value: try TemplateKey.checked(key))).inserted { result.append(item) }
    }
    return .object(TemplateIterator(result, name: "generator"))
  }

  private func grouped(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> [TemplateValue] {
    let values = try arguments.bound(to: ["attribute", "default", "case_sensitive"], required: 1, of: "groupby")
    let path = try attributePath(values[0] ?? .none)
    let isCaseSensitive = values[2]?.isTrue ?? false
    var keyed: [(key: TemplateValue, item: TemplateValue)] = []
    for item in try items(of: value) {
      let key = try self.value(at: path, of: item, fallback: values[1])
      keyed.append((folded(key, isCaseSensitive), .tuple([key, item])))
    }
    var groups: [(folded: TemplateValue, key: TemplateValue, members: [TemplateValue])] = []
    for pair in try sort(keyed, reverse: false) {
      guard case .tuple(let pair) = pair else { continue }
      let key = folded(pair[0], isCaseSensitive)
      if groups.last?.folded == key {
        groups[groups.count - 1].members.append(pair[1])
      } else {
        groups.append((key, pair[0], [pair[1]]))
      }
    }
    return groups.map { .object(GroupObject(key: $0.key, members: $0.members)) }
  }

  /// `batch` and `slice`.
  private func parted(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    let size = filter == .batch ? "linecount" : "slices"
    let values = try arguments.bound(to: [size, "fill_with"], required: 1, of: filter.rawValue)
    let number = try integer(values[0], or: 1, of: filter.rawValue)
    let items = try items(of: value)
    let fill = values[1].flatMap { $0 == .none ? nil : $0 }
    guard number <= limits.items else { throw .limit("items", limits.items, found: "\(number) items") }
    var parts: [[TemplateValue]] = []
    if filter == .batch {
      for item in items {
        if parts.isEmpty || parts[parts.count - 1].count == number { parts.append([]) }
        parts[parts.count - 1].append(item)
      }
      if let fill, let last = parts.last, last.count < number {
        parts[parts.count - 1] += Array(repeating: fill, count: number - last.count)
      }
    } else {
      guard number != 0 else {
        throw TemplateError(.divisionByZero, expected: "a number of slices other than zero", found: "zero")
      }
      parts = sliced(items, number, fill)
    }
    return .object(TemplateIterator(parts.map { .list($0) }, name: "generator"))
  }

  private func sliced(_ items: [TemplateValue], _ slices: Int, _ fill: TemplateValue?) -> [[TemplateValue]] {
    guard slices > 0 else { return [] }
    let (each, extra) = (items.count / slices, items.count % slices)
    var place = 0
    return (0..<slices).map { slice in
      let size = each + (slice < extra ? 1 : 0)
      defer { place += size }
      let part = Array(items[place..<(place + size)])
      return slice >= extra ? part + (fill.map { [$0] } ?? []) : part
    }
  }
}
