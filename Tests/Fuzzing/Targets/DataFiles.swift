import WeftData
import WeftIO

extension FuzzTarget {
  /// More would only take time.
  private static let pixels = 1 << 18

  static let dataFiles: [FuzzTarget] = [
    FuzzTarget("png", longest: 4096, seeds: [Goldens("WeftDataTests/Goldens/images", ".png")]) { bytes in
      [PNG.Channels.gray, .rgb].map { channels in
        succeeds { _ = try PNG.decoded(file(Checksums.repaired(png: bytes)), as: channels, maximumPixels: pixels) }
      }.contains(true)
    },
    FuzzTarget("jpeg", longest: 4096, seeds: [Goldens("WeftDataTests/Goldens/images", ".jpg")]) { bytes in
      [PNG.Channels.gray, .rgb].map { channels in
        succeeds { _ = try JPEG.decoded(file(bytes), as: channels, maximumPixels: pixels) }
      }.contains(true)
    },
    FuzzTarget("wav", longest: 2048) { bytes in
      succeeds { _ = try Sound(decoding: file(bytes)).channels.map(\.count) }
    },
    FuzzTarget("idx", longest: 2048) { bytes in
      succeeds { _ = try IDX.decoded(file(bytes), limit: 1 << 24).shape }
    },
    FuzzTarget("csv", longest: 1024, seeds: [Goldens("WeftDataTests/Goldens/tables", ".csv", ".tsv")]) { bytes in
      let tables = [false, true].map { hasDecimalCommas in
        succeeds {
          let table = try Table(decoding: file(bytes), hasDecimalCommas: hasDecimalCommas, limit: 1 << 24)
          _ = table.description
          for name in table.names { _ = try table.categories(name).count }
        }
      }
      let numbers = succeeds { _ = try CSV(hasHeader: false, missing: 0, limit: 1 << 24).numbers(file(bytes)) }
      let texts = succeeds { _ = try CSV(limit: 1 << 24).table(file(bytes)).rowCount }
      return (tables + [numbers, texts]).contains(true)
    },
    FuzzTarget("events", longest: 8192, seeds: [Goldens(goldens, ".tfevents")]) { bytes in
      succeeds { _ = "\(try EventFile(decoding: file(Checksums.repaired(events: bytes))))" }
    },
  ]

  private static let goldens = "WeftIOTests/Goldens"

  private static func file(_ bytes: [UInt8]) -> FileBytes { FileBytes(name: "file", bytes: bytes) }
}
