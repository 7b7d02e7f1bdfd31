import Glibc
import Testing
import WeftText

/// What jinja2 gave for many templates: `Goldens/templates.json`, beside the script that made it.
struct TemplateGoldens {
  static let shared: TemplateValue = {
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    guard let file = fopen("/\(path)/Goldens/templates.json", "r") else { return .none }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return (try? TemplateValue(json: bytes)) ?? .none
  }()

  static let clock = TemplateClock.fixed(year: 2025, month: 3, day: 9, hour: 14, minute: 5, second: 7)

  /// Errors that the two may name differently: whether a value has the wrong type or is bad.
  static let kin: Set<String> = [
    "runtime", "bad-value", "wrong-type", "unsafe", "overflow", "limit-exceeded", "unsupported",
  ]

  /// What is wrong with what a template gave; nil if nothing is.
  static func difference(_ template: String, _ variables: TemplateDictionary, expected: TemplateDictionary) -> String? {
    do {
      let text = try Template(template).render(variables, clock: clock)
      guard case .string(let wanted) = expected["ok"] else { return "gave \(text) for \(template), not \(expected)" }
      let isSame = text.unicodeScalars.elementsEqual(wanted.unicodeScalars)
      return isSame ? nil : "gave \(text) for \(template), not \(wanted)"
    } catch {
      guard case .string(let kind) = expected["error"] else { return "\(error) for \(template)" }
      let own = String(error.code.rawValue.dropFirst("template.".count))
      let isSame = own == kind || (kin.contains(own) && kin.contains(kind)) || (kind == "runtime" && own == "syntax")
      guard isSame else { return "\(error) for \(template), not \(kind)" }
      guard case .string(let message) = expected["message"] else { return nil }
      return message == (error.raisedMessage ?? error.found) ? nil : "\(error) for \(template), not \(message)"
    }
  }
}

extension TemplateValue {
  /// An entry of a dictionary; `none` where there is none.
  subscript(_ name: String) -> TemplateValue {
    if case .dictionary(let items) = self { return items[name] ?? TemplateValue.none }
    return .none
  }

  /// The items of a list.
  var items: [TemplateValue] {
    if case .list(let items) = self { return items }
    return []
  }

  /// The dictionary, or an empty one.
  var dictionary: TemplateDictionary {
    if case .dictionary(let items) = self { return items }
    return [:]
  }
}

@Suite struct TemplateGoldenTests {
  @Test func snippetsAreAsJinja2RendersThem() {
    let goldens = TemplateGoldens.shared
    let cases = goldens["snippets"].items
    #expect(cases.count > 500)
    for item in cases {
      let template = item["t"].stringValue ?? ""
      let difference = TemplateGoldens.difference(
        template, goldens["variables"].dictionary, expected: item.dictionary)
      #expect(difference == nil)
    }
  }

  @Test func conversationsAreAsTransformersRendersThem() {
    let goldens = TemplateGoldens.shared
    let conversations = goldens["conversations"].items
    let families = goldens["families"].dictionary
    #expect(families.count >= 12 && conversations.count >= 40)
    for family in families.entries {
      let template = family.value["template"].stringValue ?? ""
      let results = family.value["results"].items
      #expect(results.count == conversations.count)
      for (conversation, result) in zip(conversations, results) {
        let difference = TemplateGoldens.difference(
          template, conversation["variables"].dictionary, expected: result.dictionary)
        #expect(difference == nil, "\(family.key) \(conversation["name"]) \(conversation["prompt"])")
      }
    }
  }
}
