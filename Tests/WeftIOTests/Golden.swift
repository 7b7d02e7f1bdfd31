import Foundation
import Testing
import Weft

/// The files that Goldens/make_files.py made, and what is in them.
enum Golden {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  /// A tensor as values.json has it: numbers of float64, the infinite and undefined ones as texts.
  struct Value: Decodable {
    let shape: [Int]
    let values: [Number]
  }

  struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
      } else {
        value = Double(try container.decode(String.self)) ?? .nan
      }
    }
  }

  /// The tensors of every file by name.
  static let values: [String: [String: Value]] = {
    guard let data = FileManager.default.contents(atPath: path("values.json")) else { return [:] }
    return (try? JSONDecoder().decode([String: [String: Value]].self, from: data)) ?? [:]
  }()

  /// Checks that a file holds exactly the tensors that it should.
  static func expect(_ file: TensorFile, holds name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = try #require(values[name], sourceLocation: sourceLocation)
    for (key, value) in expected {
      let tensor = try file.tensor(named: key)
      #expect(tensor.shape == Shape(value.shape), "\(name) \(key)", sourceLocation: sourceLocation)
      #expect(tensor.spec == file[key]?.spec, "\(name) \(key)", sourceLocation: sourceLocation)
      let numbers = tensor.scalars(as: Double.self)
      let isEqual = zip(numbers, value.values).allSatisfy { $0 == $1.value || $0.isNaN && $1.value.isNaN }
      #expect(
        isEqual && numbers.count == value.values.count, "\(name) \(key): \(numbers.prefix(8))",
        sourceLocation: sourceLocation)
    }
  }
}

/// The error of reading something, nil where it succeeds.
func failure<Value>(_ read: () throws(DataFileError) -> Value) -> DataFileError? {
  do throws(DataFileError) {
    _ = try read()
    return nil
  } catch {
    return error
  }
}
