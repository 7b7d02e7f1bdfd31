import Weft

/// A run on data of one's own, opened again: its plan, and its network with the trained weights.
struct OwnDataRun {
  let plan: RunPlan
  let configuration: RunConfiguration
  let network: Network

  /// The network, by what it takes.
  enum Network {
    case table(TablePlan, TableNetwork)
    case images(ImagesPlan, Module)
    case text(TextPlan, Module)

    var module: Module {
      switch self {
      case .table(_, let network): network
      case .images(_, let network), .text(_, let network): network
      }
    }
  }

  /// Nil for a run on data that the program knows.
  ///
  /// - Throws: What is wrong with the folder's files, `CheckpointError` for weights that do not fit.
  init?(_ path: String) throws {
    let folder = RunFolder(path)
    guard let plan = try RunPlan.of(folder) else { return nil }
    self.plan = plan
    configuration = try folder.configuration()
    network =
      switch plan {
      case .table(let plan): .table(plan, plan.build())
      case .images(let plan): .images(plan, plan.build())
      case .text(let plan): .text(plan, plan.build())
      }
    try network.module.load(from: folder.weightsPath)
    network.module.eval()
  }
}

// A look inside, on some of one's own data.
extension OwnDataRun {
  /// A forward and a backward pass, with the loss that the run was trained for.
  ///
  /// - Parameters:
  ///   - path: A table, a folder of classes, or a text, as the run was trained on.
  ///   - count: How many rows, images or windows, as far as there are so many.
  /// - Throws: `DataFileError` for data that the run's network does not take.
  func explanation(on path: String, count: Int) throws -> Explanation {
    switch network {
    case .table(let plan, let network): try Self.explanation(of: network, plan, path, count, name: name)
    case .images(let plan, let network): try Self.explanation(of: network, plan, path, count, name: name)
    case .text(let plan, let network): try Self.explanation(of: network, plan, path, count, name: name)
    }
  }

  private var name: String { configuration.architecture }

  private static func explanation(
    of network: TableNetwork, _ plan: TablePlan, _ path: String, _ count: Int, name: String
  ) throws -> Explanation {
    let encoder = plan.encoder
    let table = try Table(csv: path, kinds: encoder.kinds, hasDecimalCommas: plan.hasDecimalCommas ?? false)
      .withoutMissing(in: [encoder.target])
    let rows = table.rows(at: Array(0..<min(count, table.rowCount)))
    let batch = try first(try TableTensors(rows, by: encoder), of: path)
    return try Explanation(
      of: network, title: "\(name) on \(rows.rowCount) rows of \(fileName(of: path))",
      inputs: [("numbers", batch.numbers), ("categories", batch.categories), ("targets", batch.targets)]
    ) {
      let said = network(batch.numbers, batch.categories)
      return encoder.classes == nil
        ? meanSquaredError(said, batch.targets) : crossEntropy(said, classIndices: batch.targets)
    }
  }

  private static func explanation(
    of network: Module, _ plan: ImagesPlan, _ path: String, _ count: Int, name: String
  ) throws -> Explanation {
    let source = ImageSource(path)
    let all = try source.open(source.checkPath ?? source.trainPath, plan, classes: plan.classes).folder
    // Files lie class by class: some of each.
    let few = min(count, all.count)
    let images = try Subset(all, at: (0..<few).map { $0 * all.count / few })
    let batch = try first(images, of: path)
    return try Explanation(
      of: network, title: "\(name) on \(few) images of \(fileName(of: path))", inputs: [("images", batch.inputs)]
    ) { crossEntropy(network(batch.inputs), classIndices: batch.labels) }
  }

  private static func explanation(
    of network: Module, _ plan: TextPlan, _ path: String, _ count: Int, name: String
  ) throws -> Explanation {
    let tokens = try plan.alphabet.indices(of: TextFile.read(path))
    let windows = try TextWindows(Array(tokens.prefix(plan.length * count + 1)), length: plan.length)
    let batch = try first(windows, of: path)
    return try Explanation(
      of: network, title: "\(name) on \(windows.count) windows of \(fileName(of: path))",
      inputs: [("characters", batch.inputs), ("next characters", batch.targets)]
    ) { crossEntropy(network(batch.inputs).flattened(through: 1), classIndices: batch.targets.flattened()) }
  }

  /// All of the data as one batch.
  private static func first<Data: Dataset>(_ data: Data, of path: String) throws -> Data.Batch {
    guard data.count > 0 else {
      throw DataFileError(.truncated, file: path, expected: "something to run the network on", found: "nothing")
    }
    return try data.batch(at: Array(0..<data.count))
  }
}
