import ArgumentParser
import Weft

/// A run that was stopped and is to go on: what it was made by.
struct ResumedRun {
  let folder: RunFolder
  let manifest: RunManifest

  /// - Throws: `CommandFailure` where there is no run, `DataFileError` where it cannot be understood.
  init(_ path: String) throws {
    folder = RunFolder(path)
    guard folder.exists else { throw CommandFailure("\(path): there is no run to go on with") }
    manifest = try folder.manifest()
    try checkNumbers()
    if Checkpoints.paths(in: folder.checkpointsPath).isEmpty {
      throw CommandFailure("\(folder.checkpointsPath): there is no checkpoint to go on from")
    }
  }

  /// A file may say anything; what the options may not be, it may not be either.
  private func checkNumbers() throws {
    let rows: [(name: String, value: String, isPossible: Bool)] = [
      ("epochs", "\(configuration.epochs)", TrainingOptions.counts.contains(configuration.epochs)),
      ("batchSize", "\(configuration.batchSize)", TrainingOptions.counts.contains(configuration.batchSize)),
      (
        "learningRate", "\(configuration.learningRate)",
        TrainingOptions.isPossible(rate: configuration.learningRate)
      ),
      ("threads", "\(manifest.host.threads)", TrainingOptions.threadCounts.contains(manifest.host.threads)),
      ("saveEvery", "\(manifest.options?.saveEvery ?? 1)", isCount(manifest.options?.saveEvery)),
      ("keep", "\(manifest.options?.keep ?? 1)", isCount(manifest.options?.keep)),
      ("health", "\(manifest.options?.health ?? 1)", isCount(manifest.options?.health)),
    ]
    for row in rows where !row.isPossible {
      throw CommandFailure("\(folder.manifestPath): \(row.name) \(row.value) is none that a run could have")
    }
  }

  private func isCount(_ number: Int?) -> Bool { number.map { TrainingOptions.intervals.contains($0) } ?? true }

  var configuration: RunConfiguration { manifest.configuration }
  var architecture: Architecture? { Architecture(rawValue: configuration.architecture) }

  /// - Throws: `CommandFailure` where an option, or the data, is another than the run was begun with.
  func check(
    _ architecture: String, _ dataset: String, _ options: TrainingOptions, data: [String: DataFingerprint]
  ) throws {
    let rows: [(option: String, given: String?, known: String?)] = [
      ("the model", architecture, configuration.architecture), ("the dataset", dataset, configuration.dataset),
      ("--epochs", options.epochs.map { "\($0)" }, "\(configuration.epochs)"),
      ("--batch-size", options.batchSize.map { "\($0)" }, "\(configuration.batchSize)"),
      ("--seed", options.seed.map { "\($0)" }, "\(configuration.seed)"),
      ("--learning-rate", options.learningRate.map { "\($0)" }, "\(configuration.learningRate)"),
      ("--precision", options.precision?.rawValue, configuration.precision),
    ]
    for row in rows {
      if let given = row.given, given != row.known {
        throw CommandFailure(
          "\(folder.path): \(row.option) is \(given), but the run was begun with \(row.known ?? "another")")
      }
    }
    for (name, fingerprint) in data.sorted(by: { $0.key < $1.key }) where manifest.data[name] != fingerprint {
      throw CommandFailure(
        "\(folder.path): the \(name) data is not that which the run was begun with: \(fingerprint.count) samples of sum "
          + "\(fingerprint.checksum), then \(manifest.data[name].map { "\($0.count) of \($0.checksum)" } ?? "none")")
    }
  }

  /// - Throws: `CommandFailure` where the data is named neither by the command nor by the run.
  func checkSource(_ given: String?, _ name: String) throws {
    if given == nil, manifest.options?.source == nil {
      throw CommandFailure("\(folder.path): the run does not say where its data is: name the \(name)")
    }
  }

  /// What makes the numbers differ, in words; empty where they will be those of an uninterrupted run.
  func differences(from host: RunManifest.Host, ranks: Int) -> [String] {
    let (known, knownRanks) = (manifest.host, manifest.host.ranks ?? 1)
    return [
      knownRanks == ranks ? nil : "\(ranks) ranks, not \(knownRanks)",
      known.threads == host.threads || host.isDeterministic ?? false
        ? nil : "\(host.threads) threads, not \(known.threads)",
      known.instructionSet == host.instructionSet
        ? nil : "kernels of \(host.instructionSet), not \(known.instructionSet)",
      known.oneDNN == host.oneDNN ? nil : "oneDNN \(host.oneDNN), not \(known.oneDNN)",
      configuration.weftVersion == weftVersion ? nil : "weft \(weftVersion), not \(configuration.weftVersion)",
    ].compactMap { $0 }
  }
}

extension TrainingOptions {
  /// The run to go on with, where one is named.
  ///
  /// - Throws: `CommandFailure` or `DataFileError` where none can be gone on with.
  func resumedRun() throws -> ResumedRun? { try resume.map { try ResumedRun($0) } }

  /// Where the data of the run to go on with was found, if it says so.
  var knownSource: String? { resume.flatMap { try? RunFolder($0).manifest().options?.source } }

  /// - Throws: `ValidationError` where a new run has no data.
  func checkSource(_ given: String?, _ name: String) throws {
    if given == nil, resume == nil { throw ValidationError("Missing expected argument '<\(name)>'") }
  }

  /// What all random numbers of a training follow from.
  func seed(_ resumed: ResumedRun?) -> UInt64 { seed ?? resumed?.configuration.seed ?? 7 }
}
