#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftData
import WeftTensor

/// A model in several files, which an index names, or in one file of a folder, as Hugging Face has them.
///
/// An index names files inside its folder alone; a link may lead elsewhere within the same cache of a hub
/// (`snapshots` beside `blobs`), and nowhere else.
struct ShardedModel {
  /// A file and the names of the tensors that the index says it has; nil where there is no index.
  struct Shard {
    let path: String
    let names: Set<String>?
  }

  let files: [Shard]
  private let indexPath: String
  private let places: [String: String]

  private static let indices = ["model.safetensors.index.json", "pytorch_model.bin.index.json"]
  private static let wholes = ["model.safetensors", "pytorch_model.bin"]

  /// Nil for a path that is neither a folder nor an index.
  static func at(_ path: String, limits: LoadLimits) throws(DataFileError) -> ShardedModel? {
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.isFolder
    guard isFolder || path.hasSuffix(".index.json") else { return nil }
    guard isFolder else { return try ShardedModel(index: path, limits: limits) }
    let names = Set(FolderTree.names(in: path))
    if let index = indices.first(where: names.contains) {
      return try ShardedModel(index: "\(path)/\(index)", limits: limits)
    }
    let candidates = names.filter { $0.hasSuffix(".safetensors") }
    let whole = wholes.first(where: names.contains) ?? (candidates.count == 1 ? candidates.first : nil)
    guard let whole else {
      throw DataFileError(
        .unreadable, file: path, expected: "a folder with \((indices + wholes).joined(separator: ", "))",
        found: candidates.isEmpty ? "none of them" : "\(candidates.count) other files of tensors",
        hint: "name the file itself")
    }
    return ShardedModel(files: [Shard(path: "\(path)/\(whole)", names: nil)], indexPath: path, places: [:])
  }

  private init(files: [Shard], indexPath: String, places: [String: String]) {
    (self.files, self.indexPath, self.places) = (files, indexPath, places)
  }

  private init(index path: String, limits: LoadLimits) throws(DataFileError) {
    let memory = try FileMemory(mapping: path, limits: limits)
    let context = FileContext(name: path, limits: limits)
    guard memory.count <= limits.headerBytes else {
      throw .limit("headerBytes", path, expected: "an index of at most \(limits.headerBytes) bytes", "\(memory.count)")
    }
    let json: StrictJSON
    do throws(StrictJSON.Failure) { json = try StrictJSON(memory.bytes[...], allowsAnyNumber: true) } catch {
      throw DataFileError(
        .wrongFormat, file: path, at: error.offset, expected: "in the index, \(error.expected)", found: error.found,
        looksLike: error.offset == 0 ? memory.kind : nil)
    }
    guard let map = json.entries?.first(where: { $0.key == "weight_map" })?.value.entries else {
      throw context.wrong("an index with the file of each tensor under weight_map", "none")
    }
    var places: [String: String] = [:]
    for entry in map {
      guard let name = entry.value.string else {
        throw context.wrong("a file's name for \(entry.key)", "another value")
      }
      places[entry.key] = name
    }
    (indexPath, self.places) = (path, places)
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    var files: [Shard] = []
    for (file, entries) in Dictionary(grouping: places, by: \.value).sorted(by: { $0.key < $1.key }) {
      files.append(Shard(path: try Self.path(of: file, in: folder, context), names: Set(entries.map(\.key))))
    }
    self.files = files
  }

  /// Where a file is that an index names; it may not leave the folder.
  private static func path(
    of name: String, in folder: String, _ context: FileContext
  ) throws(DataFileError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !name.utf8.contains(0)
    else {
      throw context.wrong(.refused, "files inside the folder", "\"\(name)\"")
    }
    let path = "\(folder)/\(name)"
    guard let real = WritePath.real(path), let home = WritePath.real(folder) else {
      throw DataFileError(
        .unreadable, file: path, expected: "the file that \(context.name) names", found: "none",
        hint: "the download may not be complete")
    }
    let parent = home.split(separator: "/").dropLast()
    // A hub's cache: models--NAME/snapshots/REVISION/file -> models--NAME/blobs/HASH.
    let root = parent.last == "snapshots" ? "/" + parent.dropLast().joined(separator: "/") : home
    guard real.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw context.wrong(.refused, "files inside the folder", "a link from \"\(name)\" to \(real)")
    }
    return path
  }
}

extension ShardedModel {
  /// What was found so far with a file's tensors, which must be those that the index says.
  func adding(
    _ file: FileContents, of shard: Shard, to contents: FileContents
  ) throws(DataFileError) -> FileContents {
    var contents = contents
    if let names = shard.names {
      let found = Set(file.tensors.map(\.name))
      let (missing, unexpected) = (names.subtracting(found).sorted(), found.subtracting(names).sorted())
      guard missing.isEmpty, unexpected.isEmpty else {
        let more = unexpected.first.map { "; and \($0), which the index has in \(places[$0] ?? "no file")" } ?? ""
        throw DataFileError(
          .wrongFormat, file: shard.path, expected: "the \(names.count) tensors that \(indexPath) says it has",
          found: (missing.isEmpty ? "all of them" : "\(missing.count) missing, as \(missing[0])") + more)
      }
    }
    contents.tensors += file.tensors
    let known = Set(contents.metadata.map(\.key))
    contents.metadata += file.metadata.filter { !known.contains($0.key) }
    contents.skipped += file.skipped
    return contents
  }

  /// The contents of all files: no name twice.
  func checked(_ contents: FileContents) throws(DataFileError) -> FileContents {
    var known: Set<String> = []
    for tensor in contents.tensors where !known.insert(tensor.name).inserted {
      throw DataFileError(
        .wrongFormat, file: indexPath, expected: "each tensor in one file", found: "\(tensor.name) in two")
    }
    return contents
  }
}
