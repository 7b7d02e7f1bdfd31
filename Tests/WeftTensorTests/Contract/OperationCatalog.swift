import class Foundation.FileManager
import class Foundation.ProcessInfo
import struct Foundation.URL
import WeftContract
import WeftTensor

/// An operation of the library, found in the sources.
struct CatalogEntry: Sendable {
  /// The name of the Swift type.
  let typeName: String
  /// The file it is declared in, below `Sources/WeftTensor`.
  let file: String
  /// The type itself; nil where the run time does not know it.
  let type: (any TensorOperation.Type)?
}

/// Every operation of WeftTensor. Nobody keeps a list: a type that conforms to `TensorOperation` (or a protocol that refines
/// it) in the sources is here, so a new operation is under the contract with its first line.
enum OperationCatalog {
  static let entries: [CatalogEntry] = declared.map { declaration in
    let mangled = "10WeftTensor\(declaration.name.utf8.count)\(declaration.name)V"
    return CatalogEntry(
      typeName: declaration.name, file: declaration.file, type: _typeByName(mangled) as? any TensorOperation.Type)
  }

  /// The operations that the run time knows; with `WEFT_CONTRACT=Sum|Mean` in the environment, those alone.
  static let operations: [ContractOperation] = {
    let wanted = ProcessInfo.processInfo.environment["WEFT_CONTRACT"].map {
      Set($0.split(separator: "|").map(String.init))
    }
    return entries.compactMap { entry in
      guard let type = entry.type, wanted?.contains(entry.typeName) ?? true else { return nil }
      return ContractOperation(type)
    }
  }()

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files below a folder of the package, without comments.
  static func sources(below folder: String) -> [(path: String, text: String)] {
    let base = root.appending(path: folder).resolvingSymlinksInPath()
    let paths = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = (try? String(contentsOf: base.appending(path: path), encoding: .utf8)) ?? ""
      return (path, text.replacing(/(?m)^\s*\/\/.*$/, with: ""))
    }
  }

  private static let declared: [(name: String, file: String)] = {
    let files = sources(below: "Sources/WeftTensor")
    let protocols = operationProtocols(files.map(\.text))
    var found: [String: String] = [:]
    for (path, text) in files {
      for (name, parents) in declarations(of: "(?:struct|enum|class|extension)", in: text)
      where !protocols.isDisjoint(with: parents) { found[name] = path }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }()

  /// The labels of attributes that initializers have defaults for (nil aside), by the operations' types.
  static let defaults: [String: [String]] = sources(below: "Sources/WeftTensor/Operations").reduce(into: [:]) {
    all, file in
    for part in file.text.split(separator: "struct ").dropFirst() {
      let type = String(part.prefix { $0.isLetter || $0.isNumber })
      for initializer in part.matches(of: /\n\s\s(?:\w+ )?init\(([^{]*)\{/) {
        let labels = initializer.output.1.matches(of: /(\w+): (?!Tensor)[^=,]+ = (?!nil)/).map { String($0.output.1) }
        all[type, default: []] += labels
      }
    }
  }

  /// `TensorOperation` and what refines it.
  private static func operationProtocols(_ texts: [String]) -> Set<String> {
    let all = texts.flatMap { declarations(of: "protocol", in: $0) }
    var known: Set<String> = ["TensorOperation"]
    while let next = all.first(where: { !known.contains($0.name) && !known.isDisjoint(with: $0.parents) }) {
      known.insert(next.name)
    }
    return known
  }

  private static func declarations(of keyword: String, in text: String) -> [(name: String, parents: Set<String>)] {
    guard
      let regex = try? Regex("\\b\(keyword)\\s+(\\w+)\\s*:\\s*([^{]+)\\{", as: (Substring, Substring, Substring).self)
    else { return [] }
    return text.matches(of: regex).map { match in
      let parents = match.output.2.split(whereSeparator: { ",& \n".contains($0) }).map(String.init)
      return (String(match.output.1), Set(parents))
    }
  }
}
